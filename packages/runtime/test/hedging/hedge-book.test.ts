// Pins: invariants G1 to G3 (a vendor that gets twice the load because it is slow).
import { describe, expect, it } from "vitest";
import { HedgeBook } from "../../src/hedging/hedge-book.ts";

/** A book that has seen so many reads of 1, 2, 3, … ms. */
function seen(reads: number): HedgeBook {
  const book = new HedgeBook();
  for (let ms = 1; ms <= reads; ms++) {
    book.begin("op");
    book.took("op", ms);
  }
  return book;
}

describe("a read is slow", () => {
  it.each([
    [19, undefined],
    [20, 19],
    [100, 95],
    [200, 195],
  ])("once %i reads are known, after %s ms: the time that 95 of the last 100 keep", (reads, slowMs) => {
    expect(seen(reads).begin("op")).toBe(slowMs);
  });

  it("for each operation and connection by its own reads", () => {
    expect(seen(100).begin("another")).toBeUndefined();
  });
});

describe("a slow read is made twice", () => {
  it("in 1 of 20 calls at most, however many are slow", () => {
    const book = seen(20);
    let doubled = 0;
    for (let call = 0; call < 980; call++) {
      book.begin("op");
      if (book.take("op", 1)) doubled++;
    }
    console.info(`Hedging: ${doubled} of 1,000 calls made twice where all are slow`);
    expect(doubled).toBe(50);
  });

  it.each([
    [0.5, true],
    [0.49, false],
  ])("with %d of the retry budget left: %s", (left, allowed) => {
    expect(seen(100).take("op", left)).toBe(allowed);
  });
});
