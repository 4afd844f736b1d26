const CURRENCY = /^(?:[A-Z]{3}|[\p{Sc}])\s*|\s*(?:[A-Z]{3}|[\p{Sc}])$/gu;

const POINT = Object.freeze({ ".": "\\.", ",": "," });
const THOUSANDS = Object.freeze({ ".": "[, \\u00a0\\u202f'’_]", ",": "[. \\u00a0\\u202f'’_]" });
const NUMBER = Object.freeze({ ".": numberPattern("."), ",": numberPattern(",") });
/** Longer texts are no numbers; also bounds the time of the patterns. */
const MAX_LENGTH = 64;

/**
 * Reads a number as people write it: `"1234.5"`, `"$1,234.50"`, `"1 234,50 €"` (with `decimal` `","`), `"(12.00)"` for -12. Thousands
 * separators must stand where thousands are. Undefined for anything else.
 */
export function parseNumber(text: string, decimal: "." | ","): number | undefined {
  let rest = text.trim();
  if (rest.length > MAX_LENGTH) return undefined;
  const isBracketed = rest.startsWith("(") && rest.endsWith(")");
  if (isBracketed) rest = rest.slice(1, -1).trim();
  const sign = /^[+\-−]/.exec(rest)?.[0];
  if (sign) rest = rest.slice(1);
  rest = rest.trim().replace(CURRENCY, "").trim();
  const inner = sign ? undefined : /^[+\-−]/.exec(rest)?.[0];
  if (inner) rest = rest.slice(1);
  const number = NUMBER[decimal].exec(rest);
  if (!number) return undefined;
  const whole = (number[1] ?? "0").replace(/\D/g, "");
  const value = Number(`${whole}.${number[2] || number[3] || "0"}e${number[4] ?? "0"}`);
  if (!Number.isFinite(value)) return undefined;
  const isNegative = (sign ?? inner) === "-" || (sign ?? inner) === "−" || isBracketed;
  return isNegative && value !== 0 ? -value : value;
}

function numberPattern(decimal: "." | ","): RegExp {
  const [point, thousands] = [POINT[decimal], THOUSANDS[decimal]];
  return new RegExp(`^(?:(\\d{1,3}(?:${thousands}\\d{3})+|\\d+)(?:${point}(\\d*))?|${point}(\\d+))(?:[eE]([+-]?\\d+))?$`);
}
