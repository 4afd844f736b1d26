import { compileExpression, compileValue, linearPattern, type ScopeSchemas } from "@mortise/builders";
import {
  type Contract,
  type ErrorCode,
  type JsonSchema,
  joinPointer,
  type Migration,
  nearest,
  selfContained,
  sharedNames,
} from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import type { LintContext } from "../lint-context.ts";
import { type AnswerPattern, answerPatterns } from "../walk/answer-patterns.ts";
import type { ComputedValue } from "../walk/computed-values.ts";

export const references = defineCheck({
  id: "MC003",
  name: "references",
  severity: "error",
  title: "Everything that is named exists: operations, budgets, fields in pointers and in expressions, targets of migrations.",
  why: "A name that leads nowhere fails when it is used, and that is in somebody's workflow.",
  reading:
    "Expressions are compiled with the schemas of what they may read, so that a misspelt input field is found here, as is a migration to an operation that is gone.",
  autofix: "Uses the nearest name that exists.",
  bad: { contract: { operations: { listContacts: { budget: "apy" } } } },
  good: { contract: { operations: { listContacts: { budget: "api" } } } },
  adopts: ({ code, path, message }) =>
    (code === "UNKNOWN_REFERENCE" && !IDENTITY.test(path) && !SCHEMA_REFERENCE.test(path)) ||
    message.includes("expected an operation whose effect is") ||
    message.includes("expected the place of a list"),
  run: (context) => [
    ...context.values().flatMap((value) => computedFaults(value, context.contract.schemas)),
    ...answerPatterns(context.contract).flatMap(patternFaults),
    ...migrationFaults(context),
  ],
});

const IDENTITY = /^\/(operations|triggers)\/[^/]+\/identity\//;
const SCHEMA_REFERENCE = /\/(\$ref|required\/\d+)$/;

function computedFaults({ path, given, scope }: ComputedValue, schemas: Contract["schemas"]): readonly Finding[] {
  const compile = (known: ScopeSchemas) =>
    "value" in given
      ? compileValue(given.value, { scope: known, path })
      : compileExpression(given.expression, { scope: known, path });
  const shallow = compile(mapScope(scope, (schema) => (sharedNames(schema).size === 0 ? schema : withoutShared(schema))));
  const isDeep = shallow.reads.some(({ length }) => length > 2);
  const { diagnostics } =
    isDeep && schemas !== undefined ? compile(mapScope(scope, (schema) => standing(schema, schemas))) : shallow;
  return diagnostics.flatMap(({ code, severity, message, path: place, fix }) =>
    severity === "error" ? [{ code: code as ErrorCode, path: place, message, ...(fix === undefined ? {} : { fix }) }] : [],
  );
}

const mapScope = (scope: ScopeSchemas, change: (schema: JsonSchema) => JsonSchema): ScopeSchemas =>
  Object.fromEntries(Object.entries(scope).map(([name, schema]) => [name, change(schema)]));

/** Most expressions read a key of the input and no more, for which shared schemas need not be put together. */
const withoutShared = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (_, value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    "$ref" in value &&
    typeof value.$ref === "string" &&
    value.$ref.startsWith("#/schemas/")
      ? true
      : value,
  ) as JsonSchema;

const standing = (schema: JsonSchema, schemas: NonNullable<Contract["schemas"]>): JsonSchema =>
  typeof schema === "boolean" ? schema : selfContained(schema, schemas);

/** A pattern that cannot be compiled would make every call of its operation fail. */
function patternFaults({ path, pattern }: AnswerPattern): readonly Finding[] {
  const compiled = linearPattern(pattern);
  return typeof compiled === "string" ? [{ code: "INVALID_VALUE", path, message: compiled }] : [];
}

function migrationFaults({ contract }: LintContext): readonly Finding[] {
  return (contract.migrations ?? []).flatMap((migration, index) => [
    ...stepFaults(migration, index),
    ...(["operations", "triggers"] as const).flatMap((kind) =>
      Object.entries(migration[kind] ?? {}).flatMap(([old, { operation, removed }]) => {
        const at = joinPointer("migrations", index, kind, old);
        const target = operation ?? old;
        return removed !== undefined || migration.to !== majorOf(contract.version)
          ? []
          : missing(
              `${at}${operation === undefined ? "" : "/operation"}`,
              kind.slice(0, -1),
              target,
              Object.keys(contract[kind] ?? {}),
            );
      }),
    ),
    ...Object.entries(migration.auth ?? {}).flatMap(([old, id]) =>
      migration.to === majorOf(contract.version)
        ? missing(joinPointer("migrations", index, "auth", old), "auth scheme", id, Object.keys(contract.auth))
        : [],
    ),
  ]);
}

function stepFaults({ from, to }: Migration, index: number): readonly Finding[] {
  if (to === from + 1) return [];
  const message = `leads from ${from} to ${to}; a migration is one step, from one major version to the next`;
  return [{ code: "INVALID_VALUE", path: joinPointer("migrations", index, "to"), message }];
}

function missing(path: string, what: string, name: string, known: readonly string[]): readonly Finding[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const message = `there is no ${what} "${name}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
  return [{ code: "UNKNOWN_REFERENCE", path, message }];
}

const majorOf = (version: string): number => Number(version.split(".")[0]);
