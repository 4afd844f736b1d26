import { type Json, type JsonSchema, type JsonSchemaObject, MortiseError } from "@mortise/contract";
import type { Expression, TextTemplate } from "./expression.ts";

declare const referent: unique symbol;

/** A place in a scope such as `$.input.email`, recorded instead of read. Use it as a value, in a template literal, or pass its parts on. */
export type Recorded<T> = { readonly [referent]?: T } & (T extends readonly (infer Item)[]
  ? { readonly [index: number]: Recorded<Item> }
  : T extends object
    ? { readonly [K in keyof T]-?: Recorded<Exclude<T[K], undefined>> }
    : unknown);

/** What a recording function may return: JSON whose parts may be recorded places and expressions. `undefined` entries are left out. */
export type Recordable =
  | null
  | undefined
  | boolean
  | number
  | string
  | Recorded<unknown>
  | Expression
  | TextTemplate
  | readonly Recordable[]
  | { readonly [key: string]: Recordable };

/** A function over a scope that is run once, when the connector is defined. */
export type RecordingFunction<Scope> = ($: { readonly [K in keyof Scope]: Recorded<Scope[K]> }) => Recordable;

/** A value given as it is, or recorded by a function. */
export type Recording<Scope> = Recordable | RecordingFunction<Scope>;

/** The names a recording sees, each with its schema. */
export type ScopeSchemas = { readonly [name: string]: JsonSchema };

const PATH = Symbol("path");
const OPEN = "\uE000";
const CLOSE = "\uE001";

/** Runs a recording function over a scope of recorded places and returns what it built, as data. */
export function record(recording: unknown, scopes: ScopeSchemas): Json {
  if (typeof recording !== "function") return toValue(recording);
  const scope = Object.fromEntries(Object.entries(scopes).map(([name, schema]) => [name, place({ cel: name, schema })]));
  return toValue(recording(scope));
}

/** A text whose holes are recorded places or expressions: text`Hello ${$.input.name}`. */
export function text(
  parts: TemplateStringsArray,
  ...holes: readonly (Recorded<unknown> | Expression | string | number)[]
): TextTemplate {
  const written = parts.map((part, index) => {
    const hole = index < holes.length ? asHole(holes[index]) : "";
    return literal(part) + hole;
  });
  return Object.freeze({ $text: written.join("") });
}

interface Place {
  readonly cel: string;
  readonly schema: JsonSchema | undefined;
}

function place(at: Place): object {
  return new Proxy(Object.freeze({}), {
    get(_, key) {
      if (key === PATH) return at;
      if (key === Symbol.toPrimitive) return (hint: string) => toMarker(at, hint);
      return typeof key === "string" ? place(step(at, key)) : undefined;
    },
    has: (_, key) => key === PATH,
  });
}

function step(at: Place, key: string): Place {
  const schema = typeof at.schema === "object" ? at.schema : undefined;
  if (/^\d+$/.test(key)) return { cel: `${at.cel}[${key}]`, schema: schema?.items };
  const child = schema?.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  const optional = mayBeAbsent(schema, child, key);
  const name = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
    ? `.${optional ? "?" : ""}${key}`
    : `[${optional ? "?" : ""}${JSON.stringify(key)}]`;
  return { cel: at.cel + name, schema: child };
}

/** Without a schema nothing is known, and the place is taken to be there. */
function mayBeAbsent(schema: JsonSchemaObject | undefined, child: JsonSchema | undefined, key: string): boolean {
  if (!schema || child === undefined) return false;
  return !schema.required?.includes(key) && !(typeof child === "object" && child.default !== undefined);
}

function toMarker(at: Place, hint: string): string {
  if (hint === "number") {
    throw new MortiseError(
      "USAGE",
      `\`${at.cel}\` is recorded, not read: it has no number yet. Write the arithmetic as cel("…").`,
    );
  }
  return `${OPEN}${at.cel}${CLOSE}`;
}

function asHole(hole: unknown): string {
  const at = placeOf(hole);
  if (at) return `\${${at.cel}}`;
  if (typeof hole === "object" && hole !== null && "$cel" in hole) return `\${${hole.$cel}}`;
  return literal(String(hole));
}

/** The part of a text between its holes; `$${` stands for `${` there. */
function literal(part: string): string {
  return part.replaceAll("${", "$$${");
}

function placeOf(value: unknown): Place | undefined {
  return typeof value === "object" && value !== null && PATH in value ? (value[PATH] as Place) : undefined;
}

function toValue(value: unknown): Json {
  const at = placeOf(value);
  if (at) return { $cel: at.cel };
  if (typeof value === "string") return fromMarked(value);
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, toValue(entry)]])),
    );
  }
  if (value === null || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) return value;
  throw new MortiseError("USAGE", `A recorded value is JSON, recorded places and expressions; found ${typeof value}.`);
}

/** A template literal in a recording function has become text with marks around its holes. */
function fromMarked(value: string): Json {
  if (!value.includes(OPEN)) return value;
  const pieces = value.split(new RegExp(`(${OPEN}[^${CLOSE}]*${CLOSE})`));
  return { $text: pieces.map((piece) => (piece.startsWith(OPEN) ? `\${${piece.slice(1, -1)}}` : literal(piece))).join("") };
}
