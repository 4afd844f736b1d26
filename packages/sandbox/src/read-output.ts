import { type Json, MortiseError } from "@mortise/contract";

const MAX_DEPTH = 64;

/**
 * Reads what guest code returned. Throws `CODE_FAILED` for a key `__proto__`, which changes the object that it is copied into, and for values
 * nested deeper than 64, which overflow the stack of whoever walks them.
 */
export function readOutput(text: string): Json {
  const output = parsed(text);
  // A list and no recursion: how deep it goes is what is looked at.
  const open: { readonly value: Json; readonly depth: number }[] = [{ value: output, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (value === null || typeof value !== "object") continue;
    if (depth === MAX_DEPTH) throw new MortiseError("CODE_FAILED", `Code returned values nested deeper than ${MAX_DEPTH}.`);
    if (Object.hasOwn(value, "__proto__")) throw new MortiseError("CODE_FAILED", "Code returned an object with a key __proto__.");
    for (const item of Object.values(value)) open.push({ value: item, depth: depth + 1 });
  }
  return output;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new MortiseError("CODE_FAILED", "Code returned something that is not JSON.");
  }
}
