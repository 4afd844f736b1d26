// Pins: a host that fails for everybody and gets each call two and three times.
import { expect, it } from "vitest";
import { RetryBudgets } from "../../src/retry/retry-budgets.ts";
import { RetryRatio } from "../../src/retry/retry-ratio.ts";

it("allows a tenth of the calls of the last minute to be repeated, and 35", () => {
  const ratio = new RetryRatio();
  for (let call = 0; call < 1_000; call++) ratio.called(call);
  let taken = 0;
  while (ratio.take(2_000)) taken++;
  expect(taken).toBe(135);
  expect(ratio.take(30_000)).toBe(false);
  expect(ratio.take(70_000)).toBe(true);
});

it("is charged beside the bucket of the connection: whichever is empty first refuses", () => {
  const budgets = new RetryBudgets();
  const ratio = new RetryRatio();
  const paid = Array.from({ length: 40 }, (_, index) => budgets.spend(`connection ${index % 4}`, false, ratio, 0));
  expect(paid.filter((cost) => cost > 0)).toHaveLength(35);
  const other = new RetryRatio();
  for (let call = 0; call < 1_000; call++) other.called(0);
  expect(Array.from({ length: 60 }, () => budgets.spend("one", false, other, 0)).filter((cost) => cost > 0)).toHaveLength(35);
});
