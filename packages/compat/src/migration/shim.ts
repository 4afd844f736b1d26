import {
  type Contract,
  type Json,
  type JsonSchema,
  type JsonSchemaObject,
  type Operation,
  selfContained,
} from "@mortise/contract";
import { carryInput, carrySettings, migrateAuth, migrateOutput } from "./migrate.ts";
import { migrationChain, type Path, pathOf } from "./migration-chain.ts";
import type { ValueCompiler } from "./value-compiler.ts";

/** How an operation of an older major version is carried out by the installed one. */
export interface Shim {
  /** Major version that it stands for. */
  readonly from: number;
  /** Name of the operation in the installed contract. */
  readonly name: string;
  /**
   * The operation as whoever wrote for the old version sees it: what it does is the installed one's. Where the input is migrated, its
   * schema is open; where the output is, its schema is what the migration gives.
   */
  readonly operation: Operation;
  /** New input from an old one. Throws `MIGRATION_FAILED`. */
  input(old: Json): Json;
  /** Old output from a new one. Throws `MIGRATION_FAILED`. */
  output(fresh: Json): Json;
  /** New settings from old ones. Throws `MIGRATION_FAILED`. */
  settings(old: Json): Json;
  /** Id of the auth scheme that takes the place of an old one. */
  auth(old: string): string;
}

/** An operation that has no place in the installed version. */
export interface Removed {
  /** What to do instead. */
  readonly removed: string;
}

/**
 * The shim behind which `name` of an older major version runs on the installed contract. Undefined where the contract knows nothing of
 * that version, or the operation never was.
 */
export function shim(contract: Contract, from: number, name: string, compile: ValueCompiler): Shim | Removed | undefined {
  const chain = migrationChain(contract, from);
  if (chain === undefined || chain.length === 0) return undefined;
  const path = pathOf(contract, chain, "operations", name);
  if (path.removed !== undefined) return { removed: path.removed };
  const target = path.name === undefined ? undefined : contract.operations[path.name];
  if (path.name === undefined || target === undefined) return undefined;
  const options = { contract, from, compile };
  return Object.freeze({
    from,
    name: path.name,
    operation: seenFromBefore(contract, target, path, compile),
    input: (old: Json) => carryInput(name, old, options).input,
    output: (fresh: Json) => migrateOutput(name, fresh, options),
    settings: (old: Json) => carrySettings(old, options),
    auth: (old: string) => migrateAuth(old, options),
  });
}

const OPEN: JsonSchemaObject = Object.freeze({ type: "object" });

function seenFromBefore(contract: Contract, target: Operation, { steps }: Path, compile: ValueCompiler): Operation {
  const isInputMigrated = steps.some(({ entry }) => entry.input !== undefined);
  const input = isInputMigrated ? OPEN : selfContained(target.input, contract.schemas);
  const output = steps.reduceRight<JsonSchema>(
    (type, { entry, path }) => {
      if (entry.output === undefined) return type;
      return compile(entry.output, { path: `${path}/output`, scope: { output: type } }).type;
    },
    selfContained(target.output, contract.schemas),
  );
  const { examples: _, counterExamples: __, ...rest } = target;
  return Object.freeze({ ...rest, input, output: typeof output === "object" ? output : {}, examples: [] });
}
