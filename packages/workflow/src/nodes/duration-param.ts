import { type Diagnostic, type JsonObject, type JsonSchemaObject, MortiseError, parseDuration } from "@mortise/contract";

/** A parameter that is a duration in words. `default` is said, and applied by {@link durationOf}. */
export function durationParam(title: string, description: string, more: JsonSchemaObject = {}): JsonSchemaObject {
  const words = `${description} A duration such as 30s, 5m, 2h, 1d, or ISO 8601.`;
  return { type: "string", title, description: words, "x-placeholder": "5m", ...more } as JsonSchemaObject;
}

/** A literal duration as ms. Throws `INVALID_VALUE` for text that is none; a document with one does not pass the checker. */
export function durationOf(params: JsonObject, key: string, otherwise: string): number {
  const text = params[key] ?? otherwise;
  const ms = typeof text === "string" ? parseDuration(text) : undefined;
  if (ms === undefined) throw new MortiseError("INVALID_VALUE", `"${String(text)}" is no duration; expected e.g. "30s" or "2d".`);
  return ms;
}

/** Says which of these parameters is no duration, or is out of its bounds. */
export function checkDurations(
  params: JsonObject,
  bounds: { readonly [key: string]: { readonly most?: string; readonly least?: string } },
): readonly Diagnostic[] {
  return Object.entries(bounds).flatMap(([key, { most, least }]): readonly Diagnostic[] => {
    const text = params[key];
    if (typeof text !== "string") return [];
    const ms = parseDuration(text);
    const fault = (message: string, title: string): readonly Diagnostic[] => [
      { code: "INVALID_VALUE", severity: "error", path: `/${key}`, message, fix: { title } },
    ];
    if (ms === undefined)
      return fault(
        `"${text}" is no duration; expected e.g. "30s", "5m", "2h" or "1d".`,
        'Write a number and a unit, e.g. "30s".',
      );
    if (most !== undefined && ms > (parseDuration(most) ?? ms))
      return fault(`"${text}" is longer than ${most}.`, `Write at most ${most}.`);
    if (least !== undefined && ms < (parseDuration(least) ?? ms))
      return fault(`"${text}" is shorter than ${least}.`, `Write at least ${least}.`);
    return [];
  });
}
