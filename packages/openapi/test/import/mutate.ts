/** Random numbers that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Holder = { [key: string]: unknown };

const STRANGE: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  "",
  "x",
  "#/",
  "#/components/schemas/Nowhere",
  "https://example.com/elsewhere.yaml#/x",
  "../beside.yaml",
  [],
  {},
  [null],
  { $ref: "#" },
  { $ref: "#/paths" },
  { $ref: 3 },
  { type: ["string", 7] },
  { allOf: [{}] },
  "{{}",
  "(",
  "\u0000",
  "__proto__",
  "a".repeat(2000),
];

const KEYS = [
  "$ref",
  "type",
  "properties",
  "items",
  "in",
  "name",
  "schema",
  "content",
  "__proto__",
  "constructor",
  "x-",
  "",
  "0",
  "allOf",
  "default",
  "enum",
  "pattern",
  "required",
  "security",
  "servers",
];

/** A document with a few faults at random places. The one given is not changed. */
export function mutate(document: unknown, random: () => number, faults: number): unknown {
  const copy: unknown = structuredClone(document);
  for (let fault = 0; fault < faults; fault += 1) {
    const holders = containers(copy);
    const holder = pick(holders, random);
    if (holder !== undefined) damage(holder, holders, random);
  }
  return copy;
}

function damage(holder: Holder, holders: readonly Holder[], random: () => number): void {
  const key = pick(Object.keys(holder), random) ?? pick(KEYS, random) ?? "x";
  const kind = random();
  if (kind < 0.25) delete holder[key];
  else if (kind < 0.55) holder[key] = structuredClone(pick(STRANGE, random));
  else if (kind < 0.7) put(holder, pick(KEYS, random) ?? "x", structuredClone(pick(STRANGE, random)));
  else if (kind < 0.85) holder[key] = structuredClone(pick(holders, random));
  else {
    const other = pick(holders, random) ?? {};
    const from = pick(Object.keys(other), random);
    if (from !== undefined) holder[key] = structuredClone(other[from]);
  }
}

/** Also for `__proto__`, which assignment would take for the prototype. */
function put(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, writable: true, configurable: true });
}

function containers(root: unknown): readonly Holder[] {
  const found: Holder[] = [];
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    found.push(value as Holder);
    for (const part of Object.values(value)) if (part !== undefined && part !== null) open.push(part);
  }
  return found;
}

function pick<T>(values: readonly T[], random: () => number): T | undefined {
  return values[Math.floor(random() * values.length)];
}
