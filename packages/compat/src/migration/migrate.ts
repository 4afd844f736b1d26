import { type Contract, type Json, MortiseError } from "@mortise/contract";
import { pathOf, requireChain } from "./migration-chain.ts";
import { requireFit, runValue } from "./run-value.ts";
import type { ValueCompiler } from "./value-compiler.ts";

/** What a migration stands on. */
export interface MigrateOptions {
  /** The contract that is installed; its `migrations` say how older things go on. */
  readonly contract: Contract;
  /** Major version that the value was made for. */
  readonly from: number;
  readonly compile: ValueCompiler;
  /** `triggers`: the name is one of a trigger. Absent: `operations`. */
  readonly kind?: "operations" | "triggers";
}

/** An input as the installed contract wants it. */
export interface MigratedInput {
  /** Name of the operation or trigger in the installed contract. */
  readonly name: string;
  readonly input: Json;
}

/**
 * Carries an input over, one major version at a time. Throws `OPERATION_REMOVED` where the operation is gone, `MIGRATION_FAILED` where a
 * step is missing, cannot be computed, or gives what the new schema refuses.
 */
export function migrateInput(name: string, input: Json, options: MigrateOptions): MigratedInput {
  const { contract, kind = "operations" } = options;
  const migrated = carryInput(name, input, options);
  const part = contract[kind]?.[migrated.name];
  if (part === undefined) throw removed(name, options, undefined);
  requireFit(migrated.input, part.input, contract.schemas, `the input of ${contract.name}/${migrated.name}`);
  return migrated;
}

/** Like {@link migrateInput}, without the last look at whether the result fits. */
export function carryInput(name: string, input: Json, options: MigrateOptions): MigratedInput {
  const { contract, from, compile, kind = "operations" } = options;
  const path = pathOf(contract, requireChain(contract, from), kind, name);
  if (path.name === undefined) throw removed(name, options, path.removed);
  const migrated = path.steps.reduce(
    (value, { entry, path: at }) =>
      entry.input === undefined ? value : runValue(entry.input, { input: value }, `${at}/input`, compile),
    input,
  );
  return { name: path.name, input: migrated };
}

/**
 * Gives the output of the installed operation as it was in an older major version, one step back at a time: the shim behind which old
 * workflows run on. `name` is the old one. Throws `MIGRATION_FAILED`, `OPERATION_REMOVED`; with `before`, the contract of the old
 * version, also where the result is not what that promised.
 */
export function migrateOutput(name: string, output: Json, options: MigrateOptions & { readonly before?: Contract }): Json {
  const { contract, from, compile, kind = "operations", before } = options;
  const path = pathOf(contract, requireChain(contract, from), kind, name);
  if (path.name === undefined) throw removed(name, options, path.removed);
  const migrated = path.steps.reduceRight(
    (value, { entry, path: at }) =>
      entry.output === undefined ? value : runValue(entry.output, { output: value }, `${at}/output`, compile),
    output,
  );
  const part = before?.[kind]?.[name];
  if (part === undefined) return migrated;
  return requireFit(migrated, part.output, before?.schemas, `the output of ${contract.name}@${from}/${name}`);
}

/** Carries the settings of a connection over. Throws `MIGRATION_FAILED`. */
export function migrateSettings(settings: Json, { contract, from, compile }: MigrateOptions): Json {
  const migrated = carrySettings(settings, { contract, from, compile });
  return contract.settings === undefined ? migrated : requireFit(migrated, contract.settings, contract.schemas, "the settings");
}

/** Like {@link migrateSettings}, without the last look at whether the result fits. */
export function carrySettings(settings: Json, { contract, from, compile }: MigrateOptions): Json {
  return requireChain(contract, from).reduce((value, step) => {
    const index = contract.migrations?.indexOf(step) ?? 0;
    return step.settings === undefined
      ? value
      : runValue(step.settings, { settings: value }, `/migrations/${index}/settings`, compile);
  }, settings);
}

/** Id of the auth scheme that takes the place of an older one. */
export function migrateAuth(id: string, { contract, from }: Pick<MigrateOptions, "contract" | "from">): string {
  return requireChain(contract, from).reduce(
    (current, { auth = {} }) => (Object.hasOwn(auth, current) ? (auth[current] ?? current) : current),
    id,
  );
}

function removed(name: string, { contract, from }: MigrateOptions, instead: string | undefined): MortiseError {
  return new MortiseError(
    "OPERATION_REMOVED",
    `${contract.name}@${from}/${name} is not in ${contract.name}@${contract.version} any more.`,
    { remedy: instead ?? `Install ${contract.name}@${from}, or choose another operation.` },
  );
}
