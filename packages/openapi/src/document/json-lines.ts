import { lineIndex, parsePointer } from "@mortise/contract";

/**
 * Finds lines of places in JSON that is known to be well formed, without building a tree of it: only what a pointer leads through is
 * read, and each of that only once.
 */
export function jsonLines(text: string): (pointer: string) => number {
  const lineAt = lineIndex(text);
  const known = new Map<number, ReadonlyMap<string, Entry>>();
  const entriesAt = (offset: number): ReadonlyMap<string, Entry> => {
    const before = known.get(offset);
    if (before !== undefined) return before;
    const found = readEntries(text, offset);
    known.set(offset, found);
    return found;
  };
  return (pointer) => {
    let value = skipSpace(text, 0);
    let at = value;
    for (const segment of parsePointer(pointer) ?? []) {
      const next = entriesAt(value).get(segment);
      if (next === undefined) break;
      value = next.value;
      at = next.key;
    }
    return lineAt(at);
  };
}

/** Offsets of a member's key, or of an item, and of its value. */
interface Entry {
  readonly key: number;
  readonly value: number;
}

/** The members of the object, or the items of the list, that starts at an offset. A key that stands twice counts where it stands last. */
function readEntries(text: string, offset: number): ReadonlyMap<string, Entry> {
  const found = new Map<string, Entry>();
  const opener = text[offset];
  if (opener !== "{" && opener !== "[") return found;
  let at = skipSpace(text, offset + 1);
  while (at < text.length && text[at] !== "}" && text[at] !== "]") {
    const key = at;
    const end = opener === "{" ? endOfString(text, at) : at;
    const name = opener === "{" ? (JSON.parse(text.slice(key, end)) as string) : String(found.size);
    const value = opener === "{" ? skipSpace(text, skipSpace(text, end) + 1) : at;
    found.set(name, { key, value });
    at = skipSpace(text, endOfValue(text, value));
    if (text[at] === ",") at = skipSpace(text, at + 1);
  }
  return found;
}

function endOfValue(text: string, offset: number): number {
  const first = text[offset];
  if (first === '"') return endOfString(text, offset);
  if (first !== "{" && first !== "[") {
    let end = offset;
    while (end < text.length && !/[\s,\]}]/.test(text[end] ?? "")) end += 1;
    return end;
  }
  let depth = 0;
  let at = offset;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    at += 1;
    if (depth === 0) break;
  }
  return at;
}

const QUOTE = 34;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/** Offset behind the closing quote. */
function endOfString(text: string, offset: number): number {
  let end = text.indexOf('"', offset + 1);
  while (end >= 0) {
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

function skipSpace(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && /\s/.test(text[at] ?? "")) at += 1;
  return at;
}
