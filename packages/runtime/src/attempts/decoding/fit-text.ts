import type { Json } from "@mortise/contract";
import type { Expected } from "./expected.ts";

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/**
 * A text as the type that the schema expects in its place: numbers, integers, booleans (`true`, `false`, `1`, `0`, any case); nothing as
 * null. Where text is expected, or the text does not read as what is, it stays text, and validation says what is wrong.
 */
export function fitText(text: string, expected: Expected | undefined): Json {
  if (expected === undefined || expected.takesText) return text;
  const bare = text.trim();
  if (bare === "") return null;
  if ((expected.asks("number") || expected.asks("integer")) && NUMBER.test(bare)) {
    const number = Number(bare);
    if (Number.isFinite(number) && (expected.asks("number") || Number.isInteger(number))) return number;
  }
  if (expected.asks("boolean") && /^(?:true|false|1|0)$/i.test(bare)) return bare === "1" || bare.toLowerCase() === "true";
  return text;
}
