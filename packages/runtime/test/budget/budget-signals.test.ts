// Pins: a budget that stays open although the vendor says it is spent, or closes over a header that says nothing.
import { expect, it } from "vitest";
import { budgetSignals } from "../../src/budget/budget-signals.ts";

const read = budgetSignals({
  rate: 10,
  per: "1m",
  scope: "connection",
  reset: { header: "X-RateLimit-Reset", as: "delta_s" },
  remaining: { header: "X-RateLimit-Remaining" },
  limit: { header: "X-RateLimit-Limit" },
});

it.each([
  [
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "3" },
    { spent: true, resetMs: 3_000 },
  ],
  [{ "x-ratelimit-remaining": "-2" }, { spent: true }],
  [
    { "x-ratelimit-remaining": "7", "x-ratelimit-limit": "60" },
    { spent: false, left: 7, limit: 60 },
  ],
  [{ "x-ratelimit-limit": "100, 100;w=60" }, { limit: 100 }],
  [{ "x-ratelimit-limit": "0" }, {}],
  [{ "x-ratelimit-limit": "10k", "x-ratelimit-remaining": "" }, {}],
  [{}, {}],
])("reads %j as %j", (headers, expected) => {
  expect(read({ headers: headers as { readonly [name: string]: string }, body: null }, 0)).toEqual(expected);
});
