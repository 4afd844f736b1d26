const CURRENCY = /^(?:[A-Z]{3}|[\p{Sc}])\s*|\s*(?:[A-Z]{3}|[\p{Sc}])$/gu;

/**
 * Reads a number as people write it: `"1234.5"`, `"$1,234.50"`, `"1 234,50 €"` (with `decimal` `","`), `"(12.00)"` for -12. Thousands
 * separators must stand where thousands are. Undefined for anything else.
 */
export function parseNumber(text: string, decimal: "." | ","): number | undefined {
  let rest = text.trim();
  const isBracketed = rest.startsWith("(") && rest.endsWith(")");
  if (isBracketed) rest = rest.slice(1, -1).trim();
  const sign = /^[+\-−]/.exec(rest)?.[0];
  if (sign) rest = rest.slice(1);
  rest = rest.trim().replace(CURRENCY, "").trim();
  const inner = sign ? undefined : /^[+\-−]/.exec(rest)?.[0];
  if (inner) rest = rest.slice(1);
  const thousands = decimal === "." ? "[, \\u00a0\\u202f'’_]" : "[. \\u00a0\\u202f'’_]";
  const point = decimal === "." ? "\\." : ",";
  const number = new RegExp(
    `^(?:(\\d{1,3}(?:${thousands}\\d{3})+|\\d+)(?:${point}(\\d*))?|${point}(\\d+))(?:[eE]([+-]?\\d+))?$`,
  ).exec(rest);
  if (!number) return undefined;
  const whole = (number[1] ?? "0").replace(/\D/g, "");
  const value = Number(`${whole}.${number[2] || number[3] || "0"}e${number[4] ?? "0"}`);
  if (!Number.isFinite(value)) return undefined;
  const isNegative = (sign ?? inner) === "-" || (sign ?? inner) === "−" || isBracketed;
  return isNegative && value !== 0 ? -value : value;
}
