// Pins: any document at all that makes the import throw, or gives a contract which its own checks refuse.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkContract } from "@mortise/contract/validation";
import { expect, test } from "vitest";
import { importOpenApi } from "../../src/index.ts";
import { mutate, randomOf } from "./mutate.ts";

const DOCUMENTS = ["everything-3.1.json", "everything-2.0.json"].map(
  (name) => JSON.parse(readFileSync(join(import.meta.dirname, "documents", name), "utf8")) as unknown,
);
const SEEDS = 60;

test.each(DOCUMENTS.map((document, index) => ({ document, index })))(
  "document $index with random faults imports or is refused",
  ({ document, index }) => {
    for (let seed = index * 1_000_000; seed < index * 1_000_000 + SEEDS; seed += 1) {
      const random = randomOf(seed);
      const faulty = mutate(document, random, 1 + Math.floor(random() * 10));
      const { contract, diagnostics, report } = importOpenApi({ text: JSON.stringify(faulty), file: "fuzz.json" });
      expect(
        diagnostics.filter(({ code }) => code === "INTERNAL"),
        `seed ${seed}`,
      ).toEqual([]);
      expect(report.skipped, `seed ${seed}`).toEqual([]);
      const errors = contract === undefined ? [] : checkContract(contract).filter(({ severity }) => severity === "error");
      expect(errors, `seed ${seed}`).toEqual([]);
    }
  },
);

test("text with random faults imports or is refused", () => {
  const text = JSON.stringify(DOCUMENTS[0], null, 2);
  const random = randomOf(7);
  for (let round = 0; round < 60; round += 1) {
    const at = Math.floor(random() * text.length);
    const cut = at + Math.floor(random() * 40);
    const broken = text.slice(0, at) + ['"', "{", "]", "\t- x: &a", "", "\u0000"][Math.floor(random() * 6)] + text.slice(cut);
    const { diagnostics } = importOpenApi({ text: broken });
    expect(
      diagnostics.filter(({ code }) => code === "INTERNAL"),
      `round ${round}`,
    ).toEqual([]);
  }
});
