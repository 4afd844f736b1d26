import { tests } from "@bufbuild/cel-spec/testdata/conformance.js";
import { compileExpression } from "@mortise/builders";
import type { Json } from "@mortise/contract";

/** Something of CEL that our expressions leave out, and how a conformance test that needs it is known by. */
export interface LeftOut {
  readonly what: string;
  readonly why: string;
  readonly needs: (test: CelTest) => boolean;
}

/** One simple test of the CEL specification. */
export interface CelTest {
  /** `file/section/name`. */
  readonly name: string;
  readonly file: string;
  readonly expr: string;
  /** The whole test as JSON text, for what expression and values use. */
  readonly text: string;
  readonly bindings: { readonly [name: string]: { readonly value?: CelValue } };
  /** Absent: the test expects an error. */
  readonly value?: CelValue;
}

type CelValue = { readonly [kind: string]: unknown };

/** How one test ended. */
export type CelEnd =
  | { readonly outcome: "passed" }
  | { readonly outcome: "left-out"; readonly leftOut: LeftOut }
  | { readonly outcome: "failed"; readonly reason: string };

const isIn =
  (...files: readonly string[]) =>
  ({ file }: CelTest) =>
    files.includes(file);
const uses =
  (pattern: RegExp) =>
  ({ expr }: CelTest) =>
    pattern.test(expr);

/** What is left out, in the order in which a test is asked for it. A failing test that needs none of these is a fault. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    what: "Protocol Buffers: messages, enums, wrappers, containers of names",
    why: "Data is JSON. A name is a variable of the workflow, never a message type.",
    needs: ({ file, text, expr }) =>
      ["proto2", "proto3", "proto2_ext", "wrappers", "enums", "dynamic", "namespace"].includes(file) ||
      /TestAllTypes|google\.protobuf|"container"|"objectValue"|NestedEnum/.test(text) ||
      /qualified_identifier/.test(text) ||
      /^a\.b\.c$|^x\.y$/.test(expr) ||
      /cel\.\s*expr|cel\.\/\//.test(expr),
  },
  {
    what: "Unsigned integers (`1u`, `uint()`)",
    why: "JSON has one kind of number.",
    needs: ({ expr, text }) => /\b\d+[uU]\b|0x[0-9a-fA-F]+[uU]\b|\buint\b/.test(expr) || text.includes("uint64Value"),
  },
  {
    what: "Bytes (`b'…'`, `bytes()`)",
    why: "JSON has no bytes; base64 text and files stand for them.",
    needs: ({ expr, text }) => /\b[bB][rR]?["']|\b[rR]?[bB]["']|\bbytes\b/.test(expr) || text.includes("bytesValue"),
  },
  {
    what: "64-bit integers: overflow, and whole numbers above 2^53",
    why: "Numbers are doubles, as JSON's are; larger whole numbers from systems come as text.",
    needs: ({ file, expr }) => file === "integer_math" || /\d{16,}|5000000000/.test(expr) || /\bint\(.*\/|7 \/ |int64/.test(expr),
  },
  {
    what: "Types as values (`type(x)`)",
    why: "Types are checked before a workflow runs; nothing at run time branches on one.",
    needs: ({ expr, text }) =>
      /\btype\(|optional_type|\b(?:int|bool|string|double|list|map|null_type)$/.test(expr) || /typeValue/.test(text),
  },
  {
    what: "Maps with keys that are no text",
    why: "Keys of JSON objects are text.",
    needs: uses(/\{\s*(?:-?\d|true|false|null)|\[\s*\?(?:true|\d)/),
  },
  {
    what: "Infinity and NaN, division by zero among doubles",
    why: "JSON cannot hold them: such a result is an error that names its place.",
    needs: uses(/\/ ?0\.0|e\+?30[78]|isInf|isNaN|isFinite|infinity|NaN|47\.5 %/i),
  },
  {
    what: "Faults that only the run would find (`false && 32`, an unknown function beside `|| true`)",
    why: "They are found before: the checker refuses what can never be right.",
    needs: uses(/&& 32|'horses'|\|\| 32|f_unknown|\|\| true$/),
  },
  {
    what: "Names that a known type does not have (`{}.?x`, `has({}.a)`)",
    why: "A name that cannot be there is taken for a typing error and refused with the nearest name.",
    needs: uses(/\{\}\)?\.\??\w|\{'c': \{\}\}|\.c\.missing/),
  },
  {
    what: "Optional entries (`[?x]`, `{?'k': x}`), `optMap`, `optFlatMap`, `or`, `ofNonZeroValue`",
    why: "`.?`, `orValue`, `default` and `has` say the same for JSON.",
    needs: uses(/[[{,]\s*\?|optMap|optFlatMap|\.or\(|ofNonZeroValue/),
  },
  {
    what: "An absent value below null (`{'a': null}.?a.b` is an error in CEL)",
    why: "Systems send null for what is not there: below null a looked-for field is absent.",
    needs: uses(/null_key/),
  },
  {
    what: "Identifiers in backquotes, `.5` without a zero",
    why: "The parser does not read them; write `map['name']` and `0.5`.",
    needs: uses(/`|^\.99/),
  },
  {
    what: "Nanoseconds",
    why: "Points in time and durations have milliseconds.",
    needs: uses(/\d{9}Z|\d+ns\b/),
  },
  {
    what: "Errors for durations between 292 and 10,000 years",
    why: "CEL counts nanoseconds in 64 bits; we count milliseconds.",
    needs: ({ file, expr }) => file === "timestamps" && /0{9}s|9999-12-31T23:59:59Z'\) - |- timestamp\('9999/.test(expr),
  },
  { what: "Extension `math`", why: "Our own number functions (`round`, `abs`, `min`, …) do this.", needs: isIn("math_ext") },
  {
    what: "Extension `strings`: `format`, `quote`",
    why: "Texts are made with `${…}` holes and the transformers of numbers and dates.",
    needs: ({ file, expr }) => file === "string_ext" && /format\(|quote\(/.test(expr),
  },
  { what: "Extension `bindings` (`cel.bind`)", why: "A `core/set` step names a value.", needs: isIn("bindings_ext") },
  { what: "Extension `block`", why: "It is made by compilers, not by people.", needs: isIn("block_ext") },
  { what: "Macros of two variables", why: "`map`, `filter`, `entries` and the transformers do this.", needs: isIn("macros2") },
];

/** Every simple test of the specification. */
export function celTests(): readonly CelTest[] {
  const found: CelTest[] = [];
  const walk = (suite: Suite, path: readonly string[]): void => {
    for (const { original } of suite.tests ?? []) {
      const { name = original.expr, expr, bindings = {}, value, evalError, anyEvalErrors, typedResult } = original;
      if (expr === undefined) continue;
      const isError = evalError !== undefined || anyEvalErrors !== undefined;
      const wanted = value ?? (typedResult ? typedResult.result : { boolValue: true });
      // A test of types alone has no value to compare.
      if (!isError && wanted === undefined) continue;
      found.push({
        name: [...path, name].join("/"),
        file: path[0] ?? "",
        expr,
        text: JSON.stringify(original) + path.join("/"),
        bindings,
        ...(isError ? {} : { value: wanted as CelValue }),
      });
    }
    for (const each of suite.suites ?? []) walk(each, [...path, each.name]);
  };
  walk({ suites: (tests as unknown as Suite).suites, name: "" }, []);
  return found;
}

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: Original }[];
}
interface Original {
  readonly name?: string;
  readonly expr?: string;
  readonly bindings?: { readonly [name: string]: { readonly value?: CelValue } };
  readonly value?: CelValue;
  readonly typedResult?: { readonly result?: CelValue };
  readonly evalError?: unknown;
  readonly anyEvalErrors?: unknown;
}

/** Runs a test. A value that is right counts as passed, whatever the test needs. */
export function runCelTest(test: CelTest): CelEnd {
  const reason = faultOf(test);
  const leftOut = LEFT_OUT.find(({ needs }) => needs(test));
  // An error that is expected proves nothing where what is asked for does not exist.
  if (reason === undefined && (test.value !== undefined || leftOut === undefined)) return { outcome: "passed" };
  if (reason === undefined && leftOut) return { outcome: "left-out", leftOut };
  return leftOut ? { outcome: "left-out", leftOut } : { outcome: "failed", reason: reason ?? "" };
}

function faultOf({ expr, bindings, value }: CelTest): string | undefined {
  let got: Json;
  try {
    const scope = Object.fromEntries(Object.entries(bindings).map(([name, { value: bound }]) => [name, jsonOf(bound ?? {})]));
    got = compileExpression(expr).evaluate(scope);
  } catch (error) {
    return value === undefined ? undefined : (error as Error).message;
  }
  if (value === undefined) return `no error, but ${JSON.stringify(got)}`;
  try {
    const wanted = jsonOf(value);
    return sorted(got) === sorted(wanted) ? undefined : `${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A value of the specification as JSON. Throws for what JSON has no form for. */
function jsonOf(value: CelValue): Json {
  const [kind = "", held] = Object.entries(value)[0] ?? [];
  switch (kind) {
    case "int64Value":
    case "doubleValue":
      if (!Number.isFinite(Number(held))) throw new Error(`JSON has no form for ${String(held)}`);
      return Number(held);
    case "stringValue":
    case "boolValue":
      return held as string | boolean;
    case "nullValue":
      return null;
    case "listValue":
      return ((held as { readonly values?: readonly CelValue[] }).values ?? []).map(jsonOf);
    case "mapValue": {
      const entries =
        (held as { readonly entries?: readonly { readonly key: CelValue; readonly value: CelValue }[] }).entries ?? [];
      return Object.fromEntries(entries.map((entry) => [textKey(jsonOf(entry.key)), jsonOf(entry.value)]));
    }
    default:
      throw new Error(`JSON has no form for ${kind}`);
  }
}

function textKey(key: Json): string {
  if (typeof key === "string") return key;
  throw new Error("keys of JSON objects are text");
}

/** As text in which the order of names does not matter. */
function sorted(value: Json): string {
  return JSON.stringify(value, (_, each: Json) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
