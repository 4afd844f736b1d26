import { type Diagnostic, type ErrorCode, type Json, type JsonObject, type JsonSchema, nearest } from "@mortise/contract";
import { checkParams } from "../schema/check-params.ts";
import { isRecord } from "../transformers/records.ts";
import { pointerTo } from "../values/json-pointer.ts";
import type { DefinitionDocument, Definitions } from "./definition.ts";

/** What definitions may use together, one inside of the other: also bounds how far they can unfold. */
const MAX_DEPTH = 8;
const MAX_STEPS = 5_000;

/** The definitions that can be used at a place, and how far the uses around it have gone. */
export interface DefinitionScope {
  readonly definitions: Definitions;
  /** References that are being unfolded, the outermost first. */
  readonly open: readonly string[];
  readonly budget: { steps: number };
}

export function definitionScope(definitions: Definitions): DefinitionScope {
  return { definitions, open: [], budget: { steps: MAX_STEPS } };
}

/** A use that can be unfolded. */
export interface OpenedUse<Document> {
  readonly document: Document;
  /** Parameters that are fixed at the use, with the defaults of those that it does not set. */
  readonly fixed: JsonObject;
  /** Parameters that are computed at the use. */
  readonly computed: JsonObject;
  /** The scope inside. */
  readonly inside: DefinitionScope;
}

/** Finds the definition that `{"use": …, "with": …}` names and checks its parameters; else says what is wrong. */
export function openUse<Format extends DefinitionDocument["format"]>(
  entry: JsonObject,
  format: Format,
  scope: DefinitionScope | undefined,
  path: string,
): OpenedUse<Extract<DefinitionDocument, { readonly format: Format }>> | readonly Diagnostic[] {
  const at = pointerTo(path, "use");
  const other = Object.keys(entry).find((key) => key !== "use" && key !== "with");
  if (other !== undefined)
    return [problem("UNKNOWN_KEY", pointerTo(path, other), `"use" takes "with" beside it, found "${other}"`)];
  const { use, with: given = {} } = entry;
  if (typeof use !== "string") return [problem("WRONG_TYPE", at, '"use" needs text such as "clean-lead@1.0.0"')];
  const known = scope?.definitions ?? {};
  const document = Object.hasOwn(known, use) ? known[use] : undefined;
  if (scope === undefined || !isRecord(document as unknown as Json | undefined) || document === undefined)
    return [unknownReference(use, known, at)];
  if (document.format !== format)
    return [problem("WRONG_TYPE", at, `"${use}" is of the format ${document.format}, here belongs ${format}`)];
  if (scope.open.includes(use))
    return [problem("INVALID_VALUE", at, `"${use}" uses itself: ${[...scope.open, use].join(" → ")}`)];
  if (scope.open.length >= MAX_DEPTH) return [problem("LIMIT_EXCEEDED", at, `more than ${MAX_DEPTH} definitions use each other`)];
  if (!isRecord(given)) return [problem("WRONG_TYPE", pointerTo(path, "with"), '"with" needs a record of parameters')];
  const body: unknown = document.format === "mortise.transformer/1" ? document.steps : document.rules;
  if (!Array.isArray(body)) return [problem("INVALID_DOCUMENT", at, `"${use}" has no list of steps or rules`)];
  scope.budget.steps -= body.length;
  if (scope.budget.steps < 0) return [problem("LIMIT_EXCEEDED", at, `the definitions unfold to more than ${MAX_STEPS} steps`)];
  const schema = document.params ?? { type: "object" as const };
  const computed = Object.fromEntries(Object.entries(given).filter(([, value]) => isComputed(value)));
  const fixed = {
    ...defaultsOf(schema),
    ...Object.fromEntries(Object.entries(given).filter(([name]) => !Object.hasOwn(computed, name))),
  };
  const required = (schema.required ?? []).filter((name) => !Object.hasOwn(computed, name));
  const faults = checkParams(fixed, { additionalProperties: false, ...schema, required }, pointerTo(path, "with"));
  const unknown = Object.keys(computed).filter((name) => !Object.hasOwn(schema.properties ?? {}, name));
  const strangers = unknown.map((name) =>
    problem("UNKNOWN_KEY", pointerTo(pointerTo(path, "with"), name), `"${use}" has no parameter "${name}"`),
  );
  if (faults.length + strangers.length > 0) return [...faults, ...strangers];
  return {
    document: document as Extract<DefinitionDocument, { readonly format: Format }>,
    fixed,
    computed,
    inside: { ...scope, open: [...scope.open, use] },
  };
}

/** The body with `{"$param": "name"}` replaced by the fixed parameter; one that is not set drops out of its record or list. */
export function fillParams(
  body: Json,
  fixed: JsonObject,
  declared: JsonSchema | undefined,
  report: (message: string) => void,
): Json {
  const filled = fill(body, { fixed, declared, report });
  return filled ?? null;
}

interface Filling {
  readonly fixed: JsonObject;
  readonly declared: JsonSchema | undefined;
  readonly report: (message: string) => void;
}

function fill(value: Json, filling: Filling): Json | undefined {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((each) => fill(each, filling)).filter((each) => each !== undefined);
  }
  const record = value as JsonObject;
  if (Object.keys(record).length === 1 && typeof record.$param === "string") {
    const name = record.$param;
    if (Object.hasOwn(filling.fixed, name)) return filling.fixed[name];
    const properties = typeof filling.declared === "object" ? (filling.declared.properties ?? {}) : {};
    if (!Object.hasOwn(properties, name)) filling.report(`there is no parameter "${name}"`);
    return undefined;
  }
  const entries = Object.entries(record).flatMap(([key, each]) => {
    const inside = fill(each, filling);
    return inside === undefined ? [] : [[key, inside] as const];
  });
  return Object.fromEntries(entries);
}

function isComputed(value: Json): boolean {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && ["$cel", "$text", "$map"].includes(keys[0] ?? "");
}

function defaultsOf({ properties = {} }: { readonly properties?: { readonly [name: string]: JsonSchema } }): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, schema]) =>
      typeof schema === "object" && schema.default !== undefined ? [[name, schema.default] as const] : [],
    ),
  );
}

function unknownReference(use: string, known: Definitions, at: string): Diagnostic {
  const near = nearest(use, Object.keys(known));
  const message = `there is no "${use}" here${Object.keys(known).length > 0 ? `; there are: ${Object.keys(known).slice(0, 12).join(", ")}` : ""}`;
  const fix = near && { title: `Did you mean "${near}"?`, patch: [{ op: "replace" as const, path: at, value: near }] };
  return { ...problem("UNKNOWN_REFERENCE", at, message), ...(fix && { fix }) };
}

function problem(code: ErrorCode, path: string, message: string): Diagnostic {
  return { code, severity: "error", path, message };
}
