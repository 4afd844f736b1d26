import type { Json } from "@mortise/contract";

/**
 * How many characters a value has as JSON, about: texts are counted as they are, without escapes. Counting stops beyond `most`; nothing is
 * written.
 */
export function jsonBytes(value: Json, most: number): number {
  let bytes = 0;
  const open: Json[] = [value];
  while (open.length > 0 && bytes <= most) {
    const next = open.pop();
    if (typeof next === "string") bytes += next.length + 2;
    else if (typeof next !== "object" || next === null) bytes += 8;
    else if (Array.isArray(next)) {
      bytes += 2 + next.length;
      // More than can be pushed at once would be more than `most` anyway.
      if (bytes <= most) for (const item of next as readonly Json[]) open.push(item);
    } else {
      for (const [key, item] of Object.entries(next)) {
        bytes += key.length + 4;
        if (bytes > most) break;
        open.push(item);
      }
      bytes += 2;
    }
  }
  return bytes;
}
