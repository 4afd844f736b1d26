import type { ErrorObject } from "ajv";
import { describeFormat, describeType, describeValue, joinWords } from "../describe-value.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Json, JsonSchema, JsonSchemaObject } from "../json.ts";
import { getPointer, joinPointer, parsePointer } from "../json-pointer.ts";
import { nearest } from "../nearest.ts";
import { labelOf } from "./problem.ts";

/** Most diagnostics that one value yields; the rest is dropped. */
const MAX_DIAGNOSTICS = 100;

/** Turns ajv's errors (with `verbose`) into diagnostics in plain language. Where alternatives all fail, only the likeliest is explained. */
export function explainViolations(errors: readonly ErrorObject[], root: JsonSchema): readonly Diagnostic[] {
  const chosen = new Set(errors);
  for (const union of errors) {
    if (union.keyword === "anyOf" || union.keyword === "oneOf") settleUnion(union, errors, chosen);
  }
  return errors
    .filter((error) => chosen.has(error) && error.keyword !== "if" && error.keyword !== "propertyNames")
    .slice(0, MAX_DIAGNOSTICS)
    .map((error) => explain(error, isSecret(root, error.instancePath)));
}

/** Drops from `chosen` either the union's error, in favour of the branch that fits best, or all its branches' errors. */
function settleUnion(union: ErrorObject, errors: readonly ErrorObject[], chosen: Set<ErrorObject>): void {
  const branches = ((union.schema ?? []) as readonly JsonSchemaObject[]).map((schema, index) => {
    const prefixes = [`${union.schemaPath}/${index}/`, ...(schema.$ref ? [`${schema.$ref}/`] : [])];
    return errors.filter(
      (error) =>
        error !== union &&
        error.instancePath.startsWith(union.instancePath) &&
        prefixes.some((prefix) => error.schemaPath.startsWith(prefix)),
    );
  });
  const fits = (branch: readonly ErrorObject[]): boolean =>
    branch.length > 0 &&
    !branch.some(({ keyword, instancePath }) => instancePath === union.instancePath && DECIDING.has(keyword)) &&
    !branch.some(({ keyword, instancePath }) => keyword === "const" && instancePath.startsWith(union.instancePath));
  const likely = branches.filter(fits);
  const best = likely.length === 1 ? likely[0] : undefined;
  for (const branch of branches) if (branch !== best) for (const error of branch) chosen.delete(error);
  if (best) chosen.delete(union);
}

/** Keywords whose failure at the union's own place says that another branch was meant. */
const DECIDING = new Set(["type", "const", "enum"]);

function explain(error: ErrorObject, secret: boolean): Diagnostic {
  const { keyword, params } = error;
  if (error.propertyName !== undefined) return invalidName(error);
  const at = error.instancePath;
  const schema = (error.parentSchema ?? {}) as JsonSchemaObject;
  const label = labelOf(at);
  const found = secret ? "" : `, found ${describeValue(error.data)}`;
  const problem = (code: string, message: string, path = at): Diagnostic => ({ code, severity: "error", path, message });
  const invalid = (expected: string): Diagnostic => problem("INVALID_VALUE", `${label}: expected ${expected}${found}`);
  switch (keyword) {
    case "type":
      return problem("WRONG_TYPE", `${label}: expected ${describeType(params.type)}${found}`);
    case "required":
    case "dependentRequired":
      return problem(
        "MISSING_KEY",
        `${labelOf(at + joinPointer(params.missingProperty))}: is required`,
        at + joinPointer(params.missingProperty),
      );
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownKey(at, String(params.additionalProperty ?? params.unevaluatedProperty), schema);
    case "enum":
      return suggestion(
        invalid(`one of ${joinWords((params.allowedValues as unknown[]).map(describeValue))}`),
        error.data,
        params.allowedValues,
      );
    case "const":
      return invalid(describeValue(params.allowedValue));
    case "format":
      return invalid(describeFormat(params.format));
    case "pattern":
      return invalid(schema["x-help"] ?? `text that matches ${params.pattern}`);
    case "minLength":
      return invalid(params.limit === 1 ? "text that is not empty" : `at least ${params.limit} characters`);
    case "maxLength":
      return invalid(`at most ${params.limit} characters`);
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return invalid(`a number ${params.comparison} ${params.limit}`);
    case "multipleOf":
      return invalid(`a multiple of ${params.multipleOf}`);
    case "minItems":
      return invalid(`at least ${count(params.limit, "entry", "entries")}`);
    case "maxItems":
      return invalid(`at most ${count(params.limit, "entry", "entries")}`);
    case "minProperties":
      return invalid(`at least ${count(params.limit, "key", "keys")}`);
    case "maxProperties":
      return invalid(`at most ${count(params.limit, "key", "keys")}`);
    case "uniqueItems":
      return problem("INVALID_VALUE", `${label}: entries ${params.j} and ${params.i} are equal, and each must be unique`);
    case "contains":
      return invalid("at least one entry of the kind that is asked for");
    case "not":
      return invalid("something else");
    case "oneOf":
      return Array.isArray(params.passingSchemas)
        ? problem("INVALID_VALUE", `${label}: fits several alternatives, and exactly one is allowed`)
        : invalid(alternatives(error.schema as readonly JsonSchemaObject[]));
    case "anyOf":
      return invalid(alternatives(error.schema as readonly JsonSchemaObject[]));
    case "discriminator":
      return problem(
        "INVALID_VALUE",
        `${label}.${params.tag}: found ${describeValue(params.tagValue)}, which is no known kind`,
        at + joinPointer(params.tag),
      );
    case "false schema":
      return problem("UNKNOWN_KEY", `${label}: nothing is allowed here`);
    default:
      return problem("INVALID_VALUE", `${label}: ${error.message ?? "breaks its schema"}`);
  }
}

function unknownKey(at: string, key: string, schema: JsonSchemaObject): Diagnostic {
  const known = Object.keys(schema.properties ?? {});
  const meant = nearest(key, known);
  const path = at + joinPointer(key);
  const message = `${labelOf(path)}: unknown key${meant ? `; did you mean "${meant}"?` : known.length > 0 ? `; known are ${joinWords(known).replace(/ or (?=[^ ]+$)/, " and ")}` : ""}`;
  return {
    code: "UNKNOWN_KEY",
    severity: "error",
    path,
    message,
    fix: meant
      ? { title: `Rename it to "${meant}".`, patch: [{ op: "move", from: path, path: at + joinPointer(meant) }] }
      : { title: "Remove it.", patch: [{ op: "remove", path }] },
  };
}

/** A key that breaks `propertyNames`: ajv reports it at the object. */
function invalidName(error: ErrorObject): Diagnostic {
  const path = error.instancePath + joinPointer(error.propertyName ?? "");
  const expected = (error.parentSchema as JsonSchemaObject | undefined)?.["x-help"] ?? error.message ?? "another name";
  return {
    code: "INVALID_VALUE",
    severity: "error",
    path,
    message: `${labelOf(path)}: the name is not allowed; expected ${expected}`,
  };
}

function suggestion(diagnostic: Diagnostic, found: unknown, allowed: readonly unknown[]): Diagnostic {
  const meant =
    typeof found === "string"
      ? nearest(
          found,
          allowed.filter((value) => typeof value === "string"),
        )
      : undefined;
  if (meant === undefined) return diagnostic;
  const patch = [{ op: "replace" as const, path: diagnostic.path, value: meant as Json }];
  return { ...diagnostic, fix: { title: `Use "${meant}".`, patch } };
}

function alternatives(branches: readonly JsonSchemaObject[]): string {
  const names = branches.flatMap((branch) => {
    if (branch.const !== undefined) return [describeValue(branch.const)];
    if (branch.enum) return branch.enum.map(describeValue);
    if (branch.title) return [branch.title];
    return branch.type ? [describeType(branch.type)] : [];
  });
  return names.length > 0 ? joinWords(names) : "one of the alternatives";
}

function count(limit: number, one: string, many: string): string {
  return `${limit} ${limit === 1 ? one : many}`;
}

/** Whether the place, or anything above it, is marked `x-secret` in the schema, references followed. */
function isSecret(root: JsonSchemaObject | boolean, pointer: string): boolean {
  if (typeof root === "boolean") return false;
  let places = withBranches(root, root, 0);
  for (const segment of parsePointer(pointer) ?? []) {
    if (places.some(marked)) return true;
    places = places.flatMap(({ properties = {}, items, additionalProperties }) => {
      const child = Object.hasOwn(properties, segment)
        ? properties[segment]
        : /^\d+$/.test(segment) && items !== undefined
          ? items
          : additionalProperties;
      return typeof child === "object" ? withBranches(child, root, 0) : [];
    });
  }
  return places.some(marked);
}

const marked = (place: JsonSchemaObject): boolean => place["x-secret"] === true;

/** The schema and all that may hold in its place. */
function withBranches(schema: JsonSchema, root: JsonSchemaObject, depth: number): readonly JsonSchemaObject[] {
  if (typeof schema === "boolean" || depth > 16) return [];
  const target = schema.$ref?.startsWith("#") ? getPointer(root as Json, decodeURIComponent(schema.$ref.slice(1))) : undefined;
  const others = [
    ...(target === undefined ? [] : [target as JsonSchema]),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.allOf ?? []),
  ];
  return [schema, ...others.flatMap((branch) => withBranches(branch, root, depth + 1))];
}
