// Pins: a scenario with a slip in it that is played as if it said nothing, or is refused without a word on what was meant.
import type { Json } from "@mortise/contract";
import { createRandom } from "@mortise/contract/samples";
import { describe, expect, test } from "vitest";
import { BUILT_IN_SCENARIOS, createSimulator, type Latency, namedScenario, parseScenario } from "../../src/index.ts";
import { latencyOf } from "../../src/scenarios/latency-of.ts";
import { CONTACTS } from "../contacts-contract.ts";

const faults = (parts: Json, contract = CONTACTS) =>
  parseScenario({ format: "mortise.scenario/1", ...(parts as object) } as Json, contract).diagnostics;

describe("a scenario's document", () => {
  test.each<readonly [string, Json, string, string, RegExp]>([
    ["an unknown key", { rulez: [] }, "UNKNOWN_KEY", "/rulez", /rules/],
    ["an unknown effect", { rules: [{ do: { latancy: { fixed: "1s" } } }] }, "UNKNOWN_KEY", "/rules/0/do/latancy", /latency/],
    ["no effect", { rules: [{ do: {} }] }, "INVALID_VALUE", "/rules/0/do", /1 key/],
    ["a length that is none", { clock: { skew: "5 parsecs" } }, "INVALID_VALUE", "/clock/skew", /length of time/],
    ["a length of nothing", { tokens: { life: "P" } }, "INVALID_VALUE", "/tokens/life", /length of time/],
    ["a share above 1", { rules: [{ when: { rate: 5 }, do: { reset: "after" } }] }, "INVALID_VALUE", "/rules/0/when/rate", /1/],
    [
      "an operation that there is not",
      { rules: [{ on: { operations: ["getContacts"] }, do: { reset: "after" } }] },
      "UNKNOWN_REFERENCE",
      "/rules/0/on/operations/0",
      /getContact/,
    ],
    [
      "a trigger that there is not",
      { rules: [{ do: { emit: "contactCreate" } }] },
      "UNKNOWN_REFERENCE",
      "/rules/0/do/emit",
      /contactCreated/,
    ],
    [
      "a form that there is not",
      { limits: { tell: "retry-after-second" } },
      "INVALID_VALUE",
      "/limits/tell",
      /retry-after-seconds/,
    ],
    [
      "two distributions",
      { rules: [{ do: { latency: { fixed: "1s", uniform: ["1s", "2s"] } } }] },
      "INVALID_VALUE",
      "/rules/0/do/latency",
      /1 key/,
    ],
  ])("with %s is refused at its place, with what was meant", (_, parts, code, path, meant) => {
    const found = faults(parts);
    expect(found).toMatchObject([{ code, path, severity: "error" }]);
    expect(JSON.stringify(found)).toMatch(meant);
  });

  test("with three faults yields three diagnostics, and a simulator does not start with it", async () => {
    const parts = {
      unknown: "guess",
      rules: [{ do: { reset: "later" } }, { on: { effects: ["reads"] }, do: { token: "expired" } }],
    };
    expect(faults(parts as unknown as Json)).toHaveLength(3);
    await expect(
      createSimulator(CONTACTS, { scenario: { format: "mortise.scenario/1", ...parts } as never }),
    ).rejects.toMatchObject({
      code: "INVALID_DOCUMENT",
      data: { detail: [{}, {}, {}] },
    });
  });

  test("may be any of the built-in ones; a name that there is not is answered with the nearest", async () => {
    for (const [name, scenario] of Object.entries(BUILT_IN_SCENARIOS))
      expect(parseScenario(scenario as unknown as Json, CONTACTS).diagnostics, name).toEqual([]);
    expect(namedScenario("throtled").diagnostics).toMatchObject([
      { code: "UNKNOWN_REFERENCE", fix: { title: 'Did you mean "throttled"?' } },
    ]);
    expect(namedScenario("constructor").diagnostics).toHaveLength(1);
    await expect(createSimulator(CONTACTS, { scenario: "flakey" })).rejects.toMatchObject({
      data: { remedy: 'Did you mean "flaky"?' },
    });
  });
});

test("latencies have the distribution that they say: median and 99th percentile of 20,000 draws within a tenth", () => {
  const quantiles = (latency: Latency): readonly [number, number] => {
    const drawn = Array.from({ length: 20_000 }, (_, index) => latencyOf(latency, createRandom(`q ${index}`))).sort(
      (a, b) => a - b,
    );
    return [drawn[10_000] ?? 0, drawn[19_800] ?? 0];
  };
  const rows: readonly (readonly [Latency, number, number])[] = [
    [{ fixed: "250ms" }, 250, 250],
    [{ uniform: ["100ms", "300ms"] }, 200, 298],
    [{ exponential: { mean: "100ms" } }, 69.3, 460],
    [{ normal: { mean: "500ms", deviation: "50ms" } }, 500, 616],
    [{ lognormal: { median: "80ms", p99: "2s" } }, 80, 2_000],
  ];
  for (const [latency, median, p99] of rows) {
    const [found50, found99] = quantiles(latency);
    console.log(`${Object.keys(latency)[0]}: median ${found50} of ${median} ms, p99 ${found99} of ${p99} ms`);
    expect(Math.abs(found50 - median) / median).toBeLessThan(0.1);
    expect(Math.abs(found99 - p99) / p99).toBeLessThan(0.1);
  }
});
