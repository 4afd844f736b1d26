// Pins: an expression that means something else than CEL says. Every simple test of the specification passes, or needs something that the
// docs list as left out, with the reason; nothing is listed that no test needs any more.
import { expect, test } from "vitest";
import { celTests, LEFT_OUT, runCelTest } from "./cel-conformance.ts";

const ends = celTests().map((each) => ({ ...each, end: runCelTest(each) }));

test("every test of the CEL specification passes or needs what is left out", () => {
  const failed = ends.flatMap(({ name, expr, end }) => (end.outcome === "failed" ? [`${name}: ${expr}: ${end.reason}`] : []));
  const count = (outcome: string) => ends.filter(({ end }) => end.outcome === outcome).length;
  console.log(
    `CEL: ${ends.length} tests, ${count("passed")} passed, ${count("left-out")} need what is left out, ${failed.length} failed`,
  );
  expect(failed).toEqual([]);
  expect(ends.length).toBeGreaterThan(2_000);
});

test("nothing is listed as left out that no test needs", () => {
  const needed = new Set(ends.flatMap(({ end }) => (end.outcome === "left-out" ? [end.leftOut.what] : [])));
  expect(LEFT_OUT.filter(({ what }) => !needed.has(what)).map(({ what }) => what)).toEqual([]);
});
