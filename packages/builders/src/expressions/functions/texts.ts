import { KIND } from "../../schema/kinds.ts";
import type { CompiledNode } from "../compiled-node.ts";
import { ExpressionFailure } from "../expression-failure.ts";
import type { ExpressionFunction } from "../expression-function.ts";
import { linearPattern } from "../linear-pattern.ts";

const { string, number, array } = KIND;
const TEXT = Object.freeze({ type: "string" as const });
const BOOLEAN = Object.freeze({ type: "boolean" as const });
const WHOLE = Object.freeze({ type: "integer" as const });
const TEXTS = Object.freeze({ type: "array" as const, items: TEXT });

/** Functions on text. Positions count UTF-16 code units from 0. */
export const TEXT_FUNCTIONS: readonly ExpressionFunction[] = [
  {
    name: "contains",
    style: "method",
    params: [string, string],
    result: BOOLEAN,
    doc: "text.contains(part): whether the part occurs",
    run: (_, text: string, part: string) => text.includes(part),
  },
  {
    name: "startsWith",
    style: "method",
    params: [string, string],
    result: BOOLEAN,
    doc: "text.startsWith(part)",
    run: (_, text: string, part: string) => text.startsWith(part),
  },
  {
    name: "endsWith",
    style: "method",
    params: [string, string],
    result: BOOLEAN,
    doc: "text.endsWith(part)",
    run: (_, text: string, part: string) => text.endsWith(part),
  },
  {
    name: "matches",
    style: "both",
    params: [string, string],
    result: BOOLEAN,
    doc: "text.matches(pattern): whether a regular expression (RE2) occurs",
    check: (context, args) => {
      const pattern = args[1]?.literal?.value;
      const compiled = typeof pattern === "string" ? linearPattern(pattern) : undefined;
      if (typeof compiled === "string") context.report("error", "EXPRESSION_SYNTAX", (args[1] as CompiledNode).ast, compiled);
    },
    run: (frame, text: string, source: string) => {
      const pattern = linearPattern(source);
      if (typeof pattern === "string") throw new ExpressionFailure(pattern);
      frame.step(text.length / 16);
      return pattern.test(text);
    },
  },
  {
    name: "lowerAscii",
    style: "method",
    params: [string],
    result: TEXT,
    doc: "text.lowerAscii(): A to Z in lower case",
    run: (_, text: string) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase()),
  },
  {
    name: "upperAscii",
    style: "method",
    params: [string],
    result: TEXT,
    doc: "text.upperAscii(): a to z in upper case",
    run: (_, text: string) => text.replace(/[a-z]+/g, (part) => part.toUpperCase()),
  },
  {
    name: "lower",
    style: "method",
    params: [string],
    result: TEXT,
    doc: "text.lower(): every letter in lower case",
    run: (_, text: string) => text.toLowerCase(),
  },
  {
    name: "upper",
    style: "method",
    params: [string],
    result: TEXT,
    doc: "text.upper(): every letter in upper case",
    run: (_, text: string) => text.toUpperCase(),
  },
  {
    name: "trim",
    style: "method",
    params: [string],
    result: TEXT,
    doc: "text.trim(): without blanks around it",
    run: (_, text: string) => trimmed(text),
  },
  {
    name: "split",
    style: "method",
    params: [string, string, number],
    required: 2,
    result: TEXTS,
    doc: "text.split(separator, most?): the parts between separators; the last of `most` keeps the rest",
    run: (frame, text: string, separator: string, most?: number) => {
      frame.list(text.length / 4);
      const parts = text.split(separator);
      if (most === undefined || most < 0 || parts.length <= most) return parts;
      return most === 0 ? [] : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)];
    },
  },
  {
    name: "join",
    style: "method",
    params: [array, string],
    required: 1,
    result: TEXT,
    doc: "list.join(separator?): the texts of a list as one",
    run: (frame, list: readonly unknown[], separator?: string) => {
      let length = 0;
      for (const each of list) {
        if (typeof each !== "string")
          throw new ExpressionFailure("join() needs a list of text; convert it: list.map(x, string(x))");
        length += each.length + (separator?.length ?? 0);
      }
      frame.list(list.length);
      frame.text(length);
      return list.join(separator ?? "");
    },
  },
  {
    name: "replace",
    style: "method",
    params: [string, string, string, number],
    required: 3,
    result: TEXT,
    doc: "text.replace(part, by, most?): every occurrence, or the first `most`",
    run: (frame, text: string, ...[part, by, most]: readonly [string, string, number?]) => {
      frame.text(text.length);
      const parts = text.split(part);
      const count = Math.min(parts.length - 1, most === undefined || most < 0 ? Number.POSITIVE_INFINITY : most);
      frame.text(text.length + count * Math.max(0, by.length - part.length));
      const head = parts.slice(0, count + 1).join(by);
      return count < parts.length - 1 ? head + part + parts.slice(count + 1).join(part) : head;
    },
  },
  {
    name: "substring",
    style: "method",
    params: [string, number, number],
    required: 2,
    result: TEXT,
    doc: "text.substring(start, end?): from a position to before another",
    run: (_, text: string, start: number, end?: number) => {
      const to = end ?? text.length;
      if (!Number.isInteger(start) || !Number.isInteger(to) || start < 0 || start > to || to > text.length) {
        throw new ExpressionFailure(`substring() needs positions from 0 to ${text.length}`);
      }
      return text.substring(start, to);
    },
  },
  {
    name: "charAt",
    style: "method",
    params: [string, number],
    result: TEXT,
    doc: "text.charAt(position): one character",
    run: (_, text: string, position: number) => {
      if (!Number.isInteger(position) || position < 0 || position > text.length) {
        throw new ExpressionFailure(`charAt() needs a position from 0 to ${text.length}`);
      }
      return text.charAt(position);
    },
  },
  {
    name: "indexOf",
    style: "method",
    params: [string, string, number],
    required: 2,
    result: WHOLE,
    doc: "text.indexOf(part, from?): where the part starts, or -1",
    run: (_, text: string, part: string, from?: number) => text.indexOf(part, position(text, from) ?? 0),
  },
  {
    name: "lastIndexOf",
    style: "method",
    params: [string, string, number],
    required: 2,
    result: WHOLE,
    doc: "text.lastIndexOf(part, from?): where its last occurrence starts, or -1",
    run: (_, text: string, part: string, from?: number) => text.lastIndexOf(part, position(text, from) ?? text.length),
  },
  {
    name: "padStart",
    style: "method",
    params: [string, number, string],
    required: 2,
    result: TEXT,
    doc: 'text.padStart(length, with?): filled up on the left, e.g. "7".padStart(3, "0")',
    run: (frame, text: string, length: number, filler?: string) => {
      frame.text(length);
      return text.padStart(length, filler ?? " ");
    },
  },
];

/** Fails on a position that the text does not have. */
function position(text: string, from: number | undefined): number | undefined {
  if (from === undefined || (from >= 0 && from <= text.length)) return from;
  throw new ExpressionFailure(`the text has ${text.length} characters, so it has no position ${from}`);
}

/** Characters that Unicode calls white space (property White_Space). JavaScript's own list lacks U+0085 and has U+FEFF. */
const WHITE_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && WHITE_SPACE.test(text[start] as string)) start++;
  while (end > start && WHITE_SPACE.test(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
