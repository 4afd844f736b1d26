/** A ten-field mapping, compiled once, against the same mapping in hand-written JavaScript. */
import { compileValue } from "@mortise/builders";
import type { Json } from "@mortise/contract";
import { report } from "../figure.ts";
import { median } from "../quantile.ts";

const ITERATIONS = 100_000;
const ROUNDS = 7;

const mapping: Json = {
  id: { $cel: "item.id" },
  name: { $text: "${item.first} ${item.last}" },
  domain: { $cel: "item.email.split('@')[1]" },
  total: { $cel: "item.price * item.count" },
  net: { $cel: "item.price * item.count / 1.19" },
  isLarge: { $cel: "item.price * item.count > 100" },
  country: { $cel: "default(item.address.country, 'unknown')" },
  size: { $cel: "item.count > 10 ? 'bulk' : 'single'" },
  tags: { $cel: "size(item.tags)" },
  source: "import",
};

interface Item {
  readonly id: number;
  readonly first: string;
  readonly last: string;
  readonly email: string;
  readonly price: number;
  readonly count: number;
  readonly address?: { readonly country?: string };
  readonly tags: readonly string[];
}

const items: readonly Item[] = Array.from({ length: 64 }, (_, i) => ({
  id: i,
  first: `First${i}`,
  last: `Last${i}`,
  email: `user${i}@example.com`,
  price: i * 1.5,
  count: i % 20,
  address: i % 2 === 0 ? { country: "DE" } : {},
  tags: ["a", "b"],
}));

const handWritten = (item: Item): Json => ({
  id: item.id,
  name: `${item.first} ${item.last}`,
  domain: item.email.split("@")[1] ?? null,
  total: item.price * item.count,
  net: (item.price * item.count) / 1.19,
  isLarge: item.price * item.count > 100,
  country: item.address?.country ?? "unknown",
  size: item.count > 10 ? "bulk" : "single",
  tags: item.tags.length,
  source: "import",
});

const compiled = compileValue(mapping, { scope: { item: true } });
const first = items[2] as Item;
if (JSON.stringify(compiled.evaluate({ item: first })) !== JSON.stringify(handWritten(first)))
  throw new Error("the two mappings differ");

report([
  {
    what: "ten fields mapped",
    unit: "µs",
    value: measure((item) => compiled.evaluate({ item })),
    baseline: { what: "hand-written JavaScript", value: measure(handWritten) },
  },
]);

/** µs of one mapping: the median of several rounds, after one that warms up. */
function measure(map: (item: Item) => Json): number {
  const rounds: number[] = [];
  let made = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const started = performance.now();
    for (let i = 0; i < ITERATIONS; i++) if (map(items[i & 63] as Item) !== null) made++;
    rounds.push(((performance.now() - started) * 1000) / ITERATIONS);
  }
  if (made !== ITERATIONS * (ROUNDS + 1)) throw new Error("a mapping came out empty");
  return median(rounds.slice(1));
}
