import { type Node, type ParseError, type ParseErrorCode, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Diagnostic } from "./diagnostic.ts";
import { isHeld, mayBeInexact } from "./exact-json.ts";
import type { Json } from "./json.ts";
import { joinPointer, parsePointer } from "./json-pointer.ts";
import { lineIndex } from "./line-index.ts";

/** A document as read from text: its value, what is wrong with the text, and where each place of it stands. */
export interface ReadJson {
  /** Undefined where the text holds no value at all, or `diagnostics` has an error. */
  readonly value: Json | undefined;
  /** Syntax errors (`INVALID_JSON`), the first 20, and keys that stand twice in one object (`DUPLICATE_NAME`). */
  readonly diagnostics: readonly Diagnostic[];
  /** Line, from 1, of the place a JSON pointer names, or of the nearest place above it that exists; a key's line, not its value's. */
  readonly lineOf: (pointer: string) => number;
}

/** What is no JSON at all has a syntax error a letter; more than this tell nothing new. */
const MAX_ERRORS = 20;

/** Options of {@link readJson}. */
export interface ReadJsonOptions {
  /** Whether messages repeat what stands where the text is wrong. False for texts with secrets in them. Absent: true. */
  readonly quotes?: boolean;
}

/** Reads JSON (RFC 8259); comments and trailing commas are tolerated, keys that stand twice are not. Never throws. */
export function readJson(text: string, file?: string, { quotes = true }: ReadJsonOptions = {}): ReadJson {
  const source = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
  const lineAt = lineIndex(source);
  const place = (offset: number) => ({ line: lineAt(offset), ...(file === undefined ? {} : { file }) });
  const errors: ParseError[] = [];
  let root: Node | undefined;
  let twice: readonly Diagnostic[] = [];
  let value: Json | undefined;
  try {
    root = parseTree(source, errors, { allowTrailingComma: true });
    if (root) twice = duplicates(root, "", place);
    if (root && errors.length === 0 && twice.length === 0) value = toValue(root);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = "The document is nested too deeply to be read.";
    return {
      value: undefined,
      diagnostics: [{ code: "INVALID_JSON", severity: "error", path: "", message, ...place(0) }],
      lineOf: () => 1,
    };
  }
  const inexact = root !== undefined && mayBeInexact(source) ? inexactNumbers(root, "", source) : [];
  if (inexact.length > 0) value = undefined;
  const diagnostics: Diagnostic[] = errors.slice(0, MAX_ERRORS).map(({ error, offset }) => ({
    code: "INVALID_JSON",
    severity: "error",
    path: "",
    message: `${explain(error)}${quotes ? excerpt(source, offset) : "."}`,
    fix: { title: "Mend the syntax at this line." },
    ...place(offset),
  }));
  for (const each of twice) diagnostics.push(each);
  for (const { offset, ...fault } of inexact.slice(0, MAX_ERRORS)) diagnostics.push({ ...fault, ...place(offset) });
  return {
    value,
    diagnostics,
    lineOf: (pointer) => (root ? lineAt(offsetOf(root, parsePointer(pointer) ?? [])) : 1),
  };
}

function duplicates(node: Node, path: string, place: (offset: number) => { readonly line: number }): Diagnostic[] {
  if (node.type === "array") return (node.children ?? []).flatMap((child, index) => duplicates(child, `${path}/${index}`, place));
  if (node.type !== "object") return [];
  const seen = new Map<string, number>();
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    if (!key || !value) return [];
    const name = String(key.value);
    const at = path + joinPointer(name);
    const first = seen.get(name);
    seen.set(name, place(key.offset).line);
    const twice: Diagnostic[] =
      first === undefined
        ? []
        : [
            {
              code: "DUPLICATE_NAME",
              severity: "error",
              path: at,
              message: `The key "${name}" stands twice in the same object, first at line ${first}.`,
              fix: { title: `Rename or remove one of the two "${name}".` },
              ...place(key.offset),
            },
          ];
    return [...twice, ...duplicates(value, at, place)];
  });
}

/** Numbers that would come out as others: a double does not hold them. */
function inexactNumbers(node: Node, path: string, source: string): readonly (Diagnostic & { readonly offset: number })[] {
  if (node.type === "number") {
    const written = source.slice(node.offset, node.offset + node.length);
    if (isHeld(node.value, written)) return [];
    const message = `The number ${written.slice(0, 40)} cannot be held exactly.`;
    const fix = { title: "Write it as text, in double quotes." };
    return [{ code: "INVALID_VALUE", severity: "error", path, message, fix, offset: node.offset }];
  }
  if (node.type === "array")
    return (node.children ?? []).flatMap((child, index) => inexactNumbers(child, `${path}/${index}`, source));
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? inexactNumbers(value, path + joinPointer(String(key.value)), source) : [],
  );
}

/** Builds the value with own keys only, `__proto__` included, which jsonc-parser's own function would assign as a prototype. */
function toValue(node: Node): Json {
  if (node.type === "array") return (node.children ?? []).map(toValue);
  if (node.type !== "object") return node.value as Json;
  return Object.fromEntries(
    (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
      key && value ? [[String(key.value), toValue(value)]] : [],
    ),
  );
}

function offsetOf(root: Node, segments: readonly string[]): number {
  let node = root;
  let offset = root.offset;
  for (const segment of segments) {
    const next = childAt(node, segment);
    if (!next) break;
    node = next.value;
    offset = next.offset;
  }
  return offset;
}

/** The members of objects that were looked into, by key: a document of a thousand operations is asked for ten thousand lines. */
const membersOf = new WeakMap<Node, ReadonlyMap<string, { readonly value: Node; readonly offset: number }>>();

function childAt(node: Node, segment: string): { readonly value: Node; readonly offset: number } | undefined {
  if (node.type === "array") {
    const value = node.children?.[Number(segment)];
    return value && { value, offset: value.offset };
  }
  if (node.type !== "object") return undefined;
  const members = membersOf.get(node) ?? new Map((node.children ?? []).toReversed().flatMap(memberOf));
  membersOf.set(node, members);
  return members.get(segment);
}

function memberOf({
  children: [key, value] = [],
}: Node): readonly (readonly [string, { readonly value: Node; readonly offset: number }])[] {
  return key && value ? [[String(key.value), { value, offset: key.offset }]] : [];
}

const EXPLANATIONS: Readonly<Record<string, string>> = Object.freeze({
  InvalidSymbol: "This is not a JSON value; text needs double quotes",
  InvalidNumberFormat: "This number is not valid JSON",
  PropertyNameExpected: "A key in double quotes is expected here",
  ValueExpected: "A value is expected here",
  ColonExpected: "A colon is expected after the key",
  CommaExpected: "A comma is missing here",
  CloseBraceExpected: "A closing brace } is missing",
  CloseBracketExpected: "A closing bracket ] is missing",
  EndOfFileExpected: "The document should end here",
  UnexpectedEndOfComment: "A comment is not closed",
  UnexpectedEndOfString: "A text is not closed by a double quote",
  UnexpectedEndOfNumber: "This number is not complete",
  InvalidUnicode: "A \\u escape needs four hexadecimal digits",
  InvalidEscapeCharacter: "A backslash escapes a character that needs none",
  InvalidCharacter: "A control character must be escaped",
});

function explain(error: ParseErrorCode): string {
  return EXPLANATIONS[printParseErrorCode(error)] ?? "The text is not valid JSON";
}

function excerpt(text: string, offset: number): string {
  const found =
    text
      .slice(offset, offset + 20)
      .split("\n")[0]
      ?.trim() ?? "";
  return found === "" ? "." : `; found: ${found}`;
}
