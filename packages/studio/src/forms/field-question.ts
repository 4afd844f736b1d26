import type { Json, JsonObject, Value } from "@mortise/contract";
import type { FieldQuestion } from "../api/field-queries.ts";
import { modeOf } from "../document/value-mode.ts";
import type { Field } from "./fields.ts";
import type { FieldSource } from "./form-context.tsx";

/** A question about a field, and what it depends on that nobody knows before the step runs. */
export interface AskedField {
  readonly question: FieldQuestion;
  /** Names of inputs that are computed. Not empty: asking is of no use. */
  readonly computed: readonly string[];
}

const READ = /\binput\s*(?:\.\s*\??([A-Za-z_]\w*)|\[\s*\??\s*(?:"([^"\\]+)"|'([^'\\]+)')\s*\])?/g;

/** What to ask about a dynamic field: of the input only what it depends on, so that other changes do not ask again. */
export function askAbout({ schema, place = "" }: Field, { operation, connection, input }: FieldSource): AskedField {
  const names = dependencies((schema["x-options"] ?? schema["x-fields"])?.with);
  const wanted = Object.entries(input).filter(([name]) => names === undefined || names.has(name));
  const fixed = wanted.filter(([, value]) => isFixed(value));
  return {
    question: {
      operation,
      field: place,
      input: Object.fromEntries(fixed) as JsonObject,
      ...(connection === undefined ? {} : { connection }),
    },
    computed: names === undefined ? [] : wanted.filter(([, value]) => !isFixed(value)).map(([name]) => name),
  };
}

/** Inputs that a source's `with` reads; undefined where it may read any of them. */
function dependencies(value: Value | undefined): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const [, dotted, double, single] of JSON.stringify(value ?? null)
    .replaceAll('\\"', '"')
    .matchAll(READ)) {
    const name = dotted ?? double ?? single;
    if (name === undefined) return undefined;
    names.add(name);
  }
  return names;
}

/** Nothing in it is computed. */
function isFixed(value: Json): boolean {
  if (typeof value !== "object" || value === null) return true;
  return modeOf(value) === "fixed" && Object.values(value).every(isFixed);
}
