import { type Diagnostic, type Json, parsePointer } from "@mortise/contract";
import { isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { jsonLines } from "./json-lines.ts";
import { plainJson } from "./plain-json.ts";

/** A document as read from text. */
export interface ReadDocument {
  /** Undefined where nothing could be read; it may be any value, as text alone is YAML too. */
  readonly value: Json | undefined;
  /** Faults of the syntax; what could be read in spite of them is in `value`. */
  readonly diagnostics: readonly Diagnostic[];
  /** Line, from 1, of the place a JSON pointer names, or of the nearest place above it. */
  readonly lineOf: (pointer: string) => number;
}

/** Reads JSON or YAML 1.2 (with merge keys). What is faulty becomes a diagnostic, what can be read is read. Never throws. */
export function readDocument(text: string): ReadDocument {
  const plain = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const stranger = notADocument(plain);
  if (stranger !== undefined) return { value: undefined, diagnostics: [stranger], lineOf: () => 1 };
  return /^\s*[{[]/.test(plain) ? (readStrictJson(plain) ?? readYaml(plain, true)) : readYaml(plain, false);
}

/** What a text is that is plainly something else; YAML would make one word of most of them. */
function notADocument(text: string): Diagnostic | undefined {
  const found = /^\s*$/.test(text)
    ? "is empty"
    : /^\s*<(!doctype|html|\?xml|[a-z]+[\s>])/i.test(text)
      ? "is a page of HTML or XML"
      : /[\0\uFFFD]/.test(text.slice(0, 1_000))
        ? "is not text in UTF-8"
        : undefined;
  if (found === undefined) return undefined;
  const fix = "Download the document again: a page that asks to sign in is often stored in its place.";
  return {
    code: "INVALID_DOCUMENT",
    severity: "error",
    path: "",
    line: 1,
    message: `The file ${found}, not JSON or YAML.`,
    fix: { title: fix },
  };
}

/** The fast way for JSON that is well formed; lines are only looked for when asked. */
function readStrictJson(text: string): ReadDocument | undefined {
  try {
    const { value, replaced } = plainJson(JSON.parse(text));
    let lines: ((pointer: string) => number) | undefined;
    const lineOf = (pointer: string) => {
      lines ??= jsonLines(text);
      return lines(pointer);
    };
    return { value, diagnostics: replaced > 0 ? [unusable(replaced)] : [], lineOf };
  } catch {
    return undefined;
  }
}

function readYaml(text: string, isJson: boolean): ReadDocument {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      merge: true,
      lineCounter: lines,
      prettyErrors: false,
      uniqueKeys: false,
      logLevel: "silent",
    });
    const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
    const faults = document.errors.slice(0, 20).map(
      ({ message, pos }): Diagnostic => ({
        code: "INVALID_DOCUMENT",
        severity: "error",
        path: "",
        line: lineAt(pos[0]),
        message: `The text is not valid ${isJson ? "JSON, nor YAML" : "YAML"}: ${message.split("\n")[0]}; what follows may be missing.`,
        fix: { title: "Mend the syntax at this line." },
      }),
    );
    const { value, replaced } = plainJson(document.toJS({ maxAliasCount: 10_000 }));
    const root = document.contents as Node | null;
    return {
      value,
      diagnostics: replaced > 0 ? [...faults, unusable(replaced)] : faults,
      lineOf: (pointer) => lineAt(offsetOf(root, pointer)),
    };
  } catch (error) {
    return { value: undefined, diagnostics: [unreadable(error)], lineOf: () => 1 };
  }
}

function offsetOf(root: Node | null, pointer: string): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const segment of parsePointer(pointer) ?? []) {
    const next = childOf(node, segment);
    if (next === undefined) break;
    offset = next.offset ?? offset;
    node = next.value;
  }
  return offset;
}

function childOf(node: unknown, segment: string): { readonly value: unknown; readonly offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const value: unknown = node.items[Number(segment)];
    return value === undefined ? undefined : { value, offset: isNode(value) ? value.range?.[0] : undefined };
  }
  if (!isMap(node)) return undefined;
  for (const pair of node.items) {
    if (isPair(pair) && isScalar(pair.key) && String(pair.key.value) === segment)
      return { value: pair.value, offset: pair.key.range?.[0] };
  }
  return undefined;
}

function unusable(count: number): Diagnostic {
  const message = `${count} parts of the document are no JSON (circular, nested too deeply, or no finite number) and were left out.`;
  return { code: "INVALID_DOCUMENT", severity: "warning", path: "", message };
}

function unreadable(error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
  return {
    code: "INVALID_DOCUMENT",
    severity: "error",
    path: "",
    line: 1,
    message: `The text could be read neither as JSON nor as YAML: ${reason}`,
  };
}
