// Pins: cursors compared as text, times shifted by a zone or a fraction, large numbers rounded.
import fc from "fast-check";
import { expect, it } from "vitest";
import { type CursorForm, packPoint, pointBefore, readPoint, unpackPoint, writePoint } from "../../src/reading/cursor-scale.ts";

it("reads times in every form as the same point", () => {
  const ms = Date.UTC(2026, 0, 31, 12);
  expect(readPoint("2026-01-31T13:00:00+01:00", "date-time")).toBe(ms);
  expect(readPoint(ms / 1_000, "epoch_s")).toBe(ms);
  expect(readPoint(String(ms), "epoch_ms")).toBe(ms);
  expect(readPoint("2026-01-31", "date")).toBe(Date.UTC(2026, 0, 31));
});

it.each<[CursorForm, unknown]>([
  ["date-time", "soon"],
  ["date-time", 5],
  ["epoch_s", "x"],
  ["number", true],
  ["text", 5],
])("reads no point of the form %s from %j", (form, value) => {
  expect(readPoint(value as never, form)).toBeUndefined();
});

it("writes what is at or before a point, in coarser forms too", () => {
  const ms = Date.UTC(2026, 0, 31, 12, 0, 0, 999);
  expect(writePoint(ms, "date-time")).toBe("2026-01-31T12:00:00.999Z");
  expect(writePoint(ms - 999, "date-time")).toBe("2026-01-31T12:00:00Z");
  expect(writePoint(ms, "date")).toBe("2026-01-31");
  expect(writePoint(ms, "epoch_s")).toBe((ms - 999) / 1_000);
});

it("keeps whole numbers exact that are larger than a double can hold", () => {
  const [older, newer] = [readPoint("9007199254740993", "number"), readPoint("9007199254740994", "number")];
  expect(older !== undefined && newer !== undefined && older < newer).toBe(true);
  expect(writePoint(pointBefore(newer ?? 0, 1), "number")).toBe("9007199254740993");
});

it("gives every point back as it was packed", () => {
  const forms = fc.constantFrom<CursorForm>("date-time", "date", "epoch_s", "epoch_ms");
  fc.assert(fc.property(forms, fc.integer({ min: 0, max: 4e12 }), (form, ms) => unpackPoint(packPoint(ms), form) === ms));
  fc.assert(fc.property(fc.bigInt(), (value) => Number(unpackPoint(packPoint(value), "number")) === Number(value)));
  fc.assert(fc.property(fc.string(), (value) => unpackPoint(packPoint(value), "text") === value));
});
