import { describeValue } from "../describe-value.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Json, JsonSchema, JsonSchemaObject } from "../json.ts";
import { getPointer, joinPointer, parsePointer } from "../json-pointer.ts";
import { HINT_SCHEMA } from "../meta-schema/hint-schema.ts";
import { nearest } from "../nearest.ts";
import { sharedName } from "../self-contained.ts";
import { compileSchema } from "./compile-schema.ts";
import { fitsSchema } from "./fits-schema.ts";
import { asJson, asList, asObject, type Loose, own } from "./loose.ts";
import { patternMatcher } from "./pattern-matcher.ts";
import { labelOf, problem, replaceBy, unknownReference } from "./problem.ts";
import { FORMATS, schemaDialect } from "./schema-dialect.ts";
import { ONE_SCHEMA, SCHEMA_KEYWORDS, SCHEMA_LIST, SCHEMA_MAP } from "./schema-keywords.ts";

const DIALECT = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

/**
 * Finds every fault of a JSON Schema (dialect 2020-12): keywords that do not exist, values that keywords do not take, references that
 * lead nowhere or out of the document, required names that nothing declares, defaults that break their own schema.
 * `at` is put before every path; `schemas` is what `#/schemas/Name` may lead to.
 */
export function checkSchema(schema: unknown, at = "", schemas?: unknown): readonly Diagnostic[] {
  if (typeof schema === "boolean") return [];
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) {
    return [problem("WRONG_TYPE", at, `expected a JSON Schema, found ${describeValue(schema)}`)];
  }
  const shape = schemaDialect()(asJson(schema)).diagnostics.map((found) => {
    const path = at + found.path;
    return { ...found, path, message: found.message.replace(labelOf(found.path), labelOf(path)) };
  });
  const root = { own: schema as Loose, shared: asObject(schemas) };
  const rest: Diagnostic[] = [];
  walk(root.own, at, root, rest);
  const isSound = shape.length === 0 && rest.every(({ severity }) => severity !== "error");
  return [...shape, ...rest, ...(isSound ? defaults(root, at) : [])];
}

/** Where references lead: into the schema itself, or to what the contract's operations share. */
interface Root {
  readonly own: Loose;
  readonly shared: Loose;
}

function walk(schema: Loose, at: string, root: Root, found: Diagnostic[]): void {
  found.push(
    ...keywords(schema, at),
    ...hints(schema, at),
    ...reference(schema, at, root),
    ...required(schema, at),
    ...format(schema, at),
    ...patterns(schema, at),
  );
  for (const [path, child] of children(schema, at)) walk(child, path, root, found);
}

function keywords(schema: Loose, at: string): readonly Diagnostic[] {
  return Object.keys(schema).flatMap((key) => {
    if ((SCHEMA_KEYWORDS as readonly string[]).includes(key)) return [];
    const path = at + joinPointer(key);
    const meant = nearest(key, SCHEMA_KEYWORDS);
    if (key.startsWith("x-") && meant === undefined) return [];
    const fix = meant
      ? { title: `Rename it to "${meant}".`, patch: [{ op: "move" as const, from: path, path: at + joinPointer(meant) }] }
      : { title: "Remove it.", patch: [{ op: "remove" as const, path }] };
    return [
      problem("UNKNOWN_KEY", path, `is no keyword of JSON Schema 2020-12${meant ? `; did you mean "${meant}"?` : ""}`, { fix }),
    ];
  });
}

/** What Mortise's own keywords take; the dialect leaves them alone. */
function hints(schema: Loose, at: string): readonly Diagnostic[] {
  const own = Object.keys(schema).filter((key) => key.startsWith("x-"));
  if (own.length === 0) return [];
  const given = Object.fromEntries(own.map((key) => [key, asJson(schema[key])]));
  return compileSchema(HINT_SCHEMA)(given).diagnostics.map((found) => ({
    ...found,
    path: at + found.path,
    message: found.message.replace(labelOf(found.path), labelOf(at + found.path)),
    ...(found.fix?.patch === undefined ? {} : { fix: { title: found.fix.title } }),
  }));
}

function reference(schema: Loose, at: string, root: Root): readonly Diagnostic[] {
  const dialect = schema.$schema;
  const other: readonly Diagnostic[] =
    typeof dialect === "string" && !DIALECT.test(dialect)
      ? [
          problem("INVALID_VALUE", `${at}/$schema`, `expected dialect 2020-12, found ${describeValue(dialect)}`, {
            fix: replaceBy(`${at}/$schema`, "https://json-schema.org/draft/2020-12/schema"),
          }),
        ]
      : [];
  const target = schema.$ref;
  if (typeof target !== "string") return other;
  if (!target.startsWith("#")) {
    return [
      ...other,
      problem(
        "UNSAFE_CONTRACT",
        `${at}/$ref`,
        `points out of the document (${describeValue(target)}); put the schema under $defs and point there`,
      ),
    ];
  }
  const shared = sharedName(target);
  if (shared !== undefined) {
    return Object.hasOwn(root.shared, shared)
      ? [...other, ...endless(schema, at, root)]
      : [...other, unknownReference(`${at}/$ref`, "shared schema", shared, Object.keys(root.shared))];
  }
  const pointer = decodedPointer(target.slice(1));
  const anchored = pointer !== "" && !pointer.startsWith("/");
  if (anchored && JSON.stringify(root.own).includes(`"$anchor":${JSON.stringify(pointer)}`)) return other;
  if (!anchored && getPointer(asJson(root.own), pointer) !== undefined) return [...other, ...endless(schema, at, root)];
  const name = parsePointer(pointer)?.at(-1) ?? pointer;
  return [...other, unknownReference(`${at}/$ref`, "definition", name, Object.keys(asObject(root.own.$defs)))];
}

/** References that lead to each other and nowhere else: no value could ever be checked. */
function endless(start: Loose, at: string, root: Root): readonly Diagnostic[] {
  const seen = new Set<Loose>();
  let current = start;
  while (typeof current.$ref === "string" && !seen.has(current)) {
    seen.add(current);
    const shared = sharedName(current.$ref);
    const next =
      shared === undefined ? getPointer(asJson(root.own), decodedPointer(current.$ref.slice(1))) : own(root.shared, shared);
    current = asObject(next);
  }
  if (typeof current.$ref !== "string") return [];
  return [problem("INVALID_VALUE", `${at}/$ref`, "leads in a circle back to itself, so that no value could ever be checked")];
}

function decodedPointer(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A required name that no property declares can only be a slip where properties are declared at all. */
function required(schema: Loose, at: string): readonly Diagnostic[] {
  const known = Object.keys(asObject(schema.properties));
  if (schema.properties === undefined || schema.additionalProperties !== false || schema.patternProperties !== undefined)
    return [];
  return asList(schema.required).flatMap((name, index) =>
    typeof name !== "string" || known.includes(name)
      ? []
      : [unknownReference(`${at}/required/${index}`, "property", name, known)],
  );
}

function format(schema: Loose, at: string): readonly Diagnostic[] {
  const name = schema.format;
  if (typeof name !== "string" || FORMATS.includes(name)) return [];
  const meant = nearest(name, FORMATS);
  return [
    problem(
      "INVALID_VALUE",
      `${at}/format`,
      `"${name}" is no format that is checked${meant ? `; did you mean "${meant}"?` : ""}`,
      {
        severity: "warning",
        ...(meant ? { fix: replaceBy(`${at}/format`, meant) } : {}),
      },
    ),
  ];
}

/** ajv leaves formats out when it validates schemas, so patterns are tried here. */
function patterns(schema: Loose, at: string): readonly Diagnostic[] {
  const own = typeof schema.pattern === "string" ? [[`${at}/pattern`, schema.pattern] as const] : [];
  const keys = Object.keys(asObject(schema.patternProperties)).map(
    (key) => [`${at}/patternProperties${joinPointer(key)}`, key] as const,
  );
  return [...own, ...keys].flatMap(([path, pattern]) => patternFault(pattern, path));
}

function patternFault(pattern: string, path: string): readonly Diagnostic[] {
  try {
    if (patternMatcher(pattern).isBounded) return [];
    const message =
      "takes ever longer for longer texts, so it matches short ones only: it repeats what it refers back to or looks around from";
    return [{ ...problem("UNSAFE_CONTRACT", path, message), severity: "warning" }];
  } catch {
    return [problem("INVALID_VALUE", path, `expected a regular expression, found ${describeValue(pattern)}`)];
  }
}

function defaults({ own: root, shared }: Root, at: string): readonly Diagnostic[] {
  const check = (schema: Loose, path: string): readonly Diagnostic[] => {
    const value = own(schema, "default");
    const { default: _, ...rest } = schema;
    const alone = { ...(rest as JsonSchemaObject), ...(root.$defs ? { $defs: root.$defs as JsonSchemaObject["$defs"] } : {}) };
    const schemas = shared as { readonly [name: string]: JsonSchema };
    const faults =
      value === undefined || fitsSchema(alone, value as Json, schemas) === true
        ? []
        : compileSchema(alone, { schemas })(value as Json).diagnostics;
    return [
      ...faults
        .slice(0, 1)
        .map(({ message }) => problem("INVALID_VALUE", `${path}/default`, `breaks its own schema: ${message}`)),
      ...children(schema, path).flatMap(([childPath, child]) => check(child, childPath)),
    ];
  };
  return JSON.stringify(root).includes('"default":') ? check(root, at) : [];
}

function children(schema: Loose, at: string): readonly (readonly [string, Loose])[] {
  const found: (readonly [string, unknown])[] = [
    ...ONE_SCHEMA.map((key) => [`${at}/${key}`, own(schema, key)] as const),
    ...SCHEMA_LIST.flatMap((key) => asList(own(schema, key)).map((child, index) => [`${at}/${key}/${index}`, child] as const)),
    ...SCHEMA_MAP.flatMap((key) =>
      Object.entries(asObject(own(schema, key))).map(([name, child]) => [`${at}/${key}${joinPointer(name)}`, child] as const),
    ),
  ];
  return found.flatMap(([path, child]) =>
    typeof child === "object" && child !== null && !Array.isArray(child) ? [[path, child as Loose] as const] : [],
  );
}
