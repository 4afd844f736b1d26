/** Every transformer over 10,000 rows of its first case, and a handful against the same in hand-written JavaScript. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileValue } from "@mortise/builders";
import type { Json, JsonObject } from "@mortise/contract";
import { report } from "../figure.ts";
import { median } from "../quantile.ts";

const ROWS = 10_000;
const ROUNDS = 5;
/** Where a ratio is measured, both sides run compiled. */
const WARM_UPS = 20;

type Row = {
  readonly id: number;
  readonly state: string;
  readonly name: string;
  readonly cost: number;
};

const rows: readonly Row[] = Array.from({ length: ROWS }, (_, i) => ({
  id: i,
  state: ["LA", "NY", "TX", "CA"][i % 4] ?? "",
  name: `  Name ${i} `,
  cost: (i % 1_000) / 100,
}));

const compared: readonly (readonly [string, JsonObject, (rows: readonly Row[]) => Json])[] = [
  ["pick", { fields: ["id", "cost"] }, (all) => all.map(({ id, cost }) => ({ id, cost }))],
  ["trim", { fields: ["name"] }, (all) => all.map((row) => ({ ...row, name: row.name.trim() }))],
  ["case", { fields: ["name"], to: "upper" }, (all) => all.map((row) => ({ ...row, name: row.name.toUpperCase() }))],
  ["filter", { where: { $cel: "row.cost > 5" } }, (all) => all.filter((row) => row.cost > 5) as readonly JsonObject[]],
  [
    "unique",
    { by: ["state"] },
    (all) => [...new Map(all.toReversed().map((row) => [row.state, row])).values()].toReversed() as readonly JsonObject[],
  ],
  ["joinRows", { with: [{ code: "LA", title: "Louisiana" }], on: { state: "code" } }, joined],
];

const figures = compared.map(([name, params, byHand]) => {
  const { evaluate } = compileValue({ $map: [{ from: { $cel: "rows" } }, { [name]: params }] }, { scope: { rows: true } });
  if (JSON.stringify(evaluate({ rows })) !== JSON.stringify(byHand(rows))) throw new Error(`${name}: the two results differ`);
  return {
    what: `${name}, ${ROWS} rows`,
    unit: "ms",
    value: measure(() => evaluate({ rows }), WARM_UPS),
    baseline: { what: "hand-written JavaScript", value: measure(() => byHand(rows), WARM_UPS) },
  };
});

const copy = measure(() => rows.map((row) => ({ ...row })));
report([...figures, ...everyOther()]);

/** The slowest of all, over as many rows as its case repeated gives, beside one copy of all rows. */
function everyOther() {
  const path = join(import.meta.dirname, "../../../packages/builders/test/cases/transformers.json");
  const cases = JSON.parse(readFileSync(path, "utf8")) as readonly {
    readonly transformer: string;
    readonly from: Json;
    readonly params: Json;
    readonly fails?: string;
  }[];
  const first = new Map(cases.toReversed().map((each) => [each.transformer, each] as const));
  const timed = [...first.values()].flatMap(({ transformer, from, params, fails }) => {
    if (fails !== undefined || !Array.isArray(from) || from.length === 0) return [];
    const list = from as readonly Json[];
    const many = Array.from({ length: ROWS }, (_, i) => list[i % list.length] as Json);
    const { evaluate } = compileValue(
      { $map: [{ from: { $cel: "rows" } }, { [transformer]: params }] },
      { scope: { rows: true } },
    );
    return [{ transformer, ms: measure(() => evaluate({ rows: many })) }];
  });
  const sorted = timed.toSorted((a, b) => b.ms - a.ms);
  const slowest = sorted.slice(0, 3).map(({ transformer, ms }) => ({
    what: `${transformer}, ${ROWS} rows, among the slowest of ${timed.length}`,
    unit: "ms",
    value: ms,
    baseline: { what: "one copy of all rows", value: copy },
  }));
  const middle = {
    what: `median of ${timed.length} transformers, ${ROWS} rows`,
    unit: "ms",
    value: median(timed.map(({ ms }) => ms)),
  };
  return [{ ...middle, baseline: { what: "one copy of all rows", value: copy } }, ...slowest];
}

function joined(all: readonly Row[]): Json {
  const titles = new Map([["LA", "Louisiana"]]);
  return all.filter(({ state }) => titles.has(state)).map((row) => ({ ...row, title: titles.get(row.state) ?? null }));
}

/** ms of one run: the median of several, after some that warm up. */
function measure(run: () => unknown, warmUps = 1): number {
  const rounds: number[] = [];
  for (let round = 0; round < warmUps + ROUNDS; round++) {
    const started = performance.now();
    run();
    rounds.push(performance.now() - started);
  }
  return median(rounds.slice(warmUps));
}
