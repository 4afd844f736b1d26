import { type Contract, type Diagnostic, type JsonSchema, type Migration, selfContained } from "@mortise/contract";
import semver from "semver";
import { isWithin } from "../schema/compare-schemas.ts";
import { migrationChain } from "./migration-chain.ts";
import type { ValueCompiler } from "./value-compiler.ts";

/**
 * Checks the migrations of a contract before anything runs through them: that they follow each other, name what exists, and compute.
 * With `before`, the contract of the version that the last step starts from, expressions are typed by its schemas.
 */
export function checkMigrations(contract: Contract, compile: ValueCompiler, before?: Contract): readonly Diagnostic[] {
  const own = semver.major(contract.version);
  return (contract.migrations ?? []).flatMap((step, index) => {
    const at = `/migrations/${index}`;
    const isLast = step.to === own;
    const old = before !== undefined && isLast && semver.major(before.version) === step.from ? before : undefined;
    return [
      ...order(contract, step, at, own),
      ...settings(contract, step, at, compile, isLast, old),
      ...entries(contract, step, "operations", at, compile, isLast, old),
      ...entries(contract, step, "triggers", at, compile, isLast, old),
      ...auth(contract, step, at, isLast, old),
    ];
  });
}

function order(contract: Contract, { from, to }: Migration, at: string, own: number): readonly Diagnostic[] {
  if (to !== from + 1)
    return [fault(`${at}/to`, "INVALID_VALUE", `a step goes from one major version to the next; found ${from} to ${to}`)];
  if (to > own) return [fault(`${at}/to`, "INVALID_VALUE", `the step leads to ${to}, and the version is ${contract.version}`)];
  if (migrationChain(contract, from) === undefined)
    return [fault(at, "MIGRATION_MISSING", `from ${from} no steps lead on to ${own}; one is missing`)];
  return [];
}

function settings(
  contract: Contract,
  step: Migration,
  at: string,
  compile: ValueCompiler,
  isLast: boolean,
  old: Contract | undefined,
): readonly Diagnostic[] {
  if (step.settings === undefined) return [];
  const scope = { settings: old?.settings ?? true } as const;
  const { diagnostics, type } = compile(step.settings, { path: `${at}/settings`, scope });
  return [
    ...diagnostics,
    ...(isLast && contract.settings !== undefined ? misfit(type, contract.settings, `${at}/settings`, contract) : []),
  ];
}

function entries(
  contract: Contract,
  step: Migration,
  kind: "operations" | "triggers",
  at: string,
  compile: ValueCompiler,
  isLast: boolean,
  old: Contract | undefined,
): readonly Diagnostic[] {
  return Object.entries(step[kind] ?? {}).flatMap(([name, entry]) => {
    const path = `${at}/${kind}/${name}`;
    const target = entry.operation ?? name;
    const now = contract[kind]?.[target];
    const was = old?.[kind]?.[name];
    if (old !== undefined && was === undefined) return [fault(path, "UNKNOWN_REFERENCE", `${old.version} has no ${name}`)];
    if (entry.removed !== undefined) return [];
    if (isLast && now === undefined)
      return [fault(path, "UNKNOWN_REFERENCE", `there is no ${target}; say what to do instead in "removed"`)];
    const found: Diagnostic[] = [];
    if (entry.input !== undefined) {
      const input: JsonSchema = was === undefined ? true : selfContained(was.input, old?.schemas);
      const { diagnostics, type } = compile(entry.input, { path: `${path}/input`, scope: { input } });
      found.push(...diagnostics);
      if (isLast && now !== undefined && diagnostics.length === 0)
        found.push(...misfit(type, now.input, `${path}/input`, contract));
    }
    if (entry.output !== undefined) {
      const output: JsonSchema = isLast && now !== undefined ? selfContained(now.output, contract.schemas) : true;
      const { diagnostics, type } = compile(entry.output, { path: `${path}/output`, scope: { output } });
      found.push(...diagnostics);
      if (was !== undefined && old !== undefined && diagnostics.length === 0)
        found.push(...misfit(type, was.output, `${path}/output`, old));
    }
    return found;
  });
}

function auth(
  contract: Contract,
  step: Migration,
  at: string,
  isLast: boolean,
  old: Contract | undefined,
): readonly Diagnostic[] {
  return Object.entries(step.auth ?? {}).flatMap(([from, to]) => [
    ...(old !== undefined && !Object.hasOwn(old.auth, from)
      ? [fault(`${at}/auth/${from}`, "UNKNOWN_REFERENCE", `${old.version} has no auth scheme ${from}`)]
      : []),
    ...(isLast && !Object.hasOwn(contract.auth, to)
      ? [fault(`${at}/auth/${from}`, "UNKNOWN_REFERENCE", `there is no auth scheme ${to}`)]
      : []),
  ]);
}

/** A result whose type surely misses what is wanted. Whether every value fits is what the proof is for. */
function misfit(type: JsonSchema, wanted: JsonSchema, path: string, { schemas = {} }: Contract): readonly Diagnostic[] {
  if (typeof type === "boolean" || type.type === undefined || typeof wanted === "boolean") return [];
  const place = (schema: JsonSchema) => ({ schema, root: { schema, path: "", schemas }, path: "" });
  const kinds: JsonSchema = { type: type.type };
  const outer: JsonSchema = wanted.type === undefined ? true : { type: wanted.type };
  if (isWithin(place(kinds), place(outer)) || isWithin(place(outer), place(kinds))) return missingKeys(type, wanted, path);
  return [fault(path, "WRONG_TYPE", `the result is ${String(type.type)}, expected ${String(wanted.type)}`)];
}

function missingKeys(type: JsonSchema, wanted: JsonSchema, path: string): readonly Diagnostic[] {
  if (typeof type === "boolean" || typeof wanted === "boolean" || type.properties === undefined) return [];
  const made = type.properties;
  return (wanted.required ?? []).flatMap((key) => {
    if (Object.hasOwn(made, key) || type.additionalProperties !== false) return [];
    const known = wanted.properties?.[key];
    const hasDefault = typeof known === "object" && known.default !== undefined;
    return hasDefault ? [] : [fault(path, "MISSING_KEY", `the result has no "${key}", which must be there`)];
  });
}

function fault(path: string, code: string, message: string): Diagnostic {
  return { code, severity: "error", path, message: `${path}: ${message}` };
}
