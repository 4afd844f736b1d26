// Pins: messages that are cut where pipes cut them, and memory that a process can fill by never ending a line.
import { expect, it } from "vitest";
import { lineReader } from "../../src/process/line-reader.ts";

function reading(maxBytes: number): {
  readonly lines: string[];
  readonly overlong: number[];
  readonly read: (text: string) => void;
} {
  const lines: string[] = [];
  const overlong: number[] = [];
  const read = lineReader(maxBytes, { onLine: (line) => lines.push(line), onOverlong: () => overlong.push(1) });
  return { lines, overlong, read: (text) => read(Buffer.from(text)) };
}

it("puts lines together however they come", () => {
  const { lines, read } = reading(100);
  for (const part of ["a", "b\nc", "\n", "\nd\ne\nf"]) read(part);
  expect(lines).toEqual(["ab", "c", "", "d", "e"]);
});

it("does not break characters that are cut in two", () => {
  const lines: string[] = [];
  const read = lineReader(100, { onLine: (line) => lines.push(line), onOverlong: () => undefined });
  for (const byte of Buffer.from("é€\n")) read(Buffer.from([byte]));
  expect(lines).toEqual(["é€"]);
});

it("gives up at a line that is too long, with its end or without", () => {
  for (const parts of [["123456\n"], ["123", "456"], ["12345\n", "123456"]]) {
    const { overlong, read } = reading(5);
    for (const part of parts) read(part);
    read("more\n");
    expect(overlong, parts.join("|")).toEqual([1]);
  }
  const fits = reading(5);
  fits.read("12345\n");
  expect(fits).toMatchObject({ lines: ["12345"], overlong: [] });
});
