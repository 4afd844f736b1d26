import { type Contract, type Migration, MortiseError, type OperationMigration } from "@mortise/contract";
import semver from "semver";

/** One step for one operation or trigger: what its entry says, under the name it has there. */
export interface NamedStep {
  readonly from: number;
  readonly to: number;
  /** Name before the step. */
  readonly name: string;
  readonly entry: OperationMigration;
  /** JSON pointer to the entry in the contract. */
  readonly path: string;
}

/** What became of an operation or trigger, step by step. */
export interface Path {
  /** Name in the contract; undefined where it is gone. */
  readonly name: string | undefined;
  readonly steps: readonly NamedStep[];
  /** What to do instead, where it is gone. */
  readonly removed?: string;
}

/**
 * The steps from an older major version to the contract's own, in order. Undefined where one is missing, so that nothing is known about
 * that version; empty where it is the contract's own.
 */
export function migrationChain(contract: Contract, from: number): readonly Migration[] | undefined {
  const to = semver.major(contract.version);
  const steps: Migration[] = [];
  for (let major = from; major < to; ) {
    const step = (contract.migrations ?? []).find((each) => each.from === major && each.to > major && each.to <= to);
    if (step === undefined) return undefined;
    steps.push(step);
    major = step.to;
  }
  return from > to ? undefined : steps;
}

/** Like {@link migrationChain}; throws `MIGRATION_FAILED` where there is none. */
export function requireChain(contract: Contract, from: number): readonly Migration[] {
  const chain = migrationChain(contract, from);
  if (chain !== undefined) return chain;
  throw new MortiseError(
    "MIGRATION_FAILED",
    `${contract.name}@${contract.version} says nothing about how what was made for version ${from} goes on.`,
    { remedy: `Install ${contract.name}@${from}, or a version with a migration from ${from}.` },
  );
}

/** Follows an operation or trigger through the steps. */
export function pathOf(contract: Contract, chain: readonly Migration[], kind: "operations" | "triggers", name: string): Path {
  const steps: NamedStep[] = [];
  let current = name;
  for (const step of chain) {
    const entries = step[kind] ?? {};
    const entry = Object.hasOwn(entries, current) ? entries[current] : undefined;
    if (entry === undefined) continue;
    const index = contract.migrations?.indexOf(step) ?? 0;
    const path = `/migrations/${index}/${kind}/${current.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    steps.push({ from: step.from, to: step.to, name: current, entry, path });
    if (entry.removed !== undefined) return { name: undefined, steps, removed: entry.removed };
    current = entry.operation ?? current;
  }
  const exists = Object.hasOwn(contract[kind] ?? {}, current);
  return { name: exists ? current : undefined, steps };
}
