import type { Json } from "@mortise/contract";

const MOST_TRIES = 500;

/** The smallest value found for which `fails` still holds: keys and items are left out, texts and figures made plain, one at a time. */
export function shrink(value: Json, fails: (value: Json) => boolean): Json {
  let best = value;
  let tries = 0;
  for (let isSmaller = true; isSmaller && tries < MOST_TRIES; ) {
    isSmaller = false;
    for (const candidate of smaller(best)) {
      tries += 1;
      if (tries >= MOST_TRIES) break;
      if (!fails(candidate)) continue;
      best = candidate;
      isSmaller = true;
      break;
    }
  }
  return best;
}

/** Values that are a little simpler, the boldest steps first. */
function* smaller(value: Json): Generator<Json> {
  if (typeof value === "string") {
    if (value.length > 1) yield* [value.slice(0, 1), value.slice(0, Math.ceil(value.length / 2))];
  } else if (typeof value === "number") {
    if (value !== 0) yield* [0, Math.trunc(value / 2)].filter((each) => each !== value);
  } else if (Array.isArray(value)) {
    for (const index of value.keys()) yield value.filter((_, other) => other !== index);
    for (const [index, part] of value.entries()) for (const other of smaller(part as Json)) yield value.with(index, other);
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value) as (readonly [string, Json])[];
    for (const [key] of entries) yield Object.fromEntries(entries.filter(([other]) => other !== key));
    for (const [key, part] of entries)
      for (const other of smaller(part))
        yield Object.fromEntries(entries.map((entry) => (entry[0] === key ? [key, other] : entry)));
  }
}
