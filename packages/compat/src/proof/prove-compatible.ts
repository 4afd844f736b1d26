import { type Contract, isMortiseError, type Json, type JsonSchema, type JsonSchemaObject } from "@mortise/contract";
import { type SampleMode, sampleOf } from "@mortise/contract/samples";
import { compileSchema, type Validated } from "@mortise/contract/validation";
import semver from "semver";
import { carryInput, carrySettings, migrateOutput } from "../migration/migrate.ts";
import { migrationChain, pathOf } from "../migration/migration-chain.ts";
import type { ValueCompiler } from "../migration/value-compiler.ts";
import { openedSchema } from "./opened-schema.ts";
import { shrink } from "./shrink.ts";

/** Options of {@link proveCompatible}. */
export interface ProofOptions {
  /** The same seed gives the same values. */
  readonly seed: number | string;
  /** Values a schema. Absent: 100. */
  readonly count?: number;
  /** Compiles the values of migrations; `compileValue` of `@mortise/builders` is one. */
  readonly evaluator: ValueCompiler;
}

/** A value that works with one version and not with the other, as small as it could be made. */
export interface ProofFailure {
  /** What was tried, e.g. `operations.get.input`. */
  readonly what: string;
  readonly value: Json;
  /** What the migration made of it; absent where it failed. */
  readonly migrated?: Json;
  /** Why it does not fit, or why the migration failed. */
  readonly reason: string;
}

/** What a proof came to. */
export interface Proof {
  /** No counterexample was found. */
  readonly ok: boolean;
  /** Values that were tried. */
  readonly tried: number;
  /** At most one for each schema. */
  readonly counterExamples: readonly ProofFailure[];
  /** Schemas for which no value could be made, so that nothing is proven. */
  readonly unproven: readonly string[];
}

const MODES: readonly SampleMode[] = ["typical", "minimal", "edge", "typical"];

/**
 * Tries whether a new version carries what was made for an old one: inputs and settings made from the old schemas go through the
 * migrations and must fit the new schemas; outputs made from the new ones go back through the shims and must fit the old ones. An old
 * output schema is read as open, as nobody breaks by a field more. Operations that a migration says are removed are left out.
 */
export function proveCompatible(before: Contract, after: Contract, options: ProofOptions): Proof {
  const { seed, count = 100, evaluator: compile } = options;
  const from = semver.major(before.version);
  const found: ProofFailure[] = [];
  const unproven: string[] = [];
  let tried = 0;

  const prove = (
    what: string,
    schema: JsonSchema,
    definitions: Contract["schemas"],
    carry: (value: Json) => Json,
    fits: Fits,
  ): void => {
    let made = 0;
    for (let index = 0; index < count; index++) {
      const mode = MODES[index % MODES.length] ?? "typical";
      const value = sampleOf(schema, {
        seed: `${seed} ${what} ${index}`,
        mode,
        maxValues: 60,
        ...(definitions ? { definitions } : {}),
      });
      if (value === undefined) {
        if (index > 3 && made === 0) break;
        continue;
      }
      made += 1;
      const failure = failureOf(value, carry, fits);
      if (failure === undefined) continue;
      const isOld = compileSchema(schema, definitions === undefined ? {} : { schemas: definitions });
      const small = shrink(value, (other) => isOld(other).ok && failureOf(other, carry, fits) !== undefined);
      found.push({ what, value: small, ...(failureOf(small, carry, fits) ?? failure) });
      break;
    }
    tried += made;
    if (made === 0) unproven.push(what);
  };

  const base = { contract: after, from, compile };
  if (before.settings !== undefined) {
    const fits = fitsIn(after.settings ?? { type: "object" }, after.schemas);
    prove("settings", before.settings, before.schemas, (value) => carrySettings(value, base), fits);
  }
  for (const kind of ["operations", "triggers"] as const) {
    for (const [name, was] of Object.entries(before[kind] ?? {})) {
      const path = pathOf(after, migrationChain(after, from) ?? [], kind, name);
      const is = path.name === undefined ? undefined : after[kind]?.[path.name];
      if (path.removed !== undefined) continue;
      if (is === undefined) {
        found.push({
          what: `${kind}.${name}`,
          value: null,
          reason: `${name} is not in ${after.version}, and no migration says what takes its place`,
        });
        continue;
      }
      const named = { ...base, kind };
      prove(
        `${kind}.${name}.input`,
        was.input,
        before.schemas,
        (value) => carryInput(name, value, named).input,
        fitsIn(is.input, after.schemas),
      );
      const [opened, schemas] = [
        openedSchema(was.output),
        before.schemas === undefined ? undefined : openedSchemas(before.schemas),
      ];
      prove(
        `${kind}.${name}.output`,
        is.output,
        after.schemas,
        (value) => migrateOutput(name, value, named),
        fitsIn(opened, schemas),
      );
    }
  }
  return { ok: found.length === 0, tried, counterExamples: found, unproven };
}

type Fits = (value: Json) => Validated;

function fitsIn(schema: JsonSchemaObject, schemas: Contract["schemas"]): Fits {
  return compileSchema(schema, { useDefaults: true, ...(schemas === undefined ? {} : { schemas }) });
}

const opened = new WeakMap<object, { readonly [name: string]: JsonSchema }>();

function openedSchemas(schemas: { readonly [name: string]: JsonSchema }): { readonly [name: string]: JsonSchema } {
  const known = opened.get(schemas);
  if (known !== undefined) return known;
  const made = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, openedSchema(schema)]));
  opened.set(schemas, made);
  return made;
}

function failureOf(value: Json, carry: (value: Json) => Json, fits: Fits): Pick<ProofFailure, "migrated" | "reason"> | undefined {
  try {
    const migrated = carry(value);
    const { ok, diagnostics } = fits(migrated);
    return ok ? undefined : { migrated, reason: diagnostics[0]?.message ?? "it is refused" };
  } catch (error) {
    if (!isMortiseError(error)) throw error;
    return { reason: error.message };
  }
}
