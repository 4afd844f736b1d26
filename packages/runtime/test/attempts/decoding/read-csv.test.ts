// Pins: numbers that stay text, empty fields that break a schema, quoted fields cut apart.
import type { JsonSchema } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { Expected } from "../../../src/attempts/decoding/expected.ts";
import { readCsv } from "../../../src/attempts/decoding/read-csv.ts";

const rowsOf = (properties: { readonly [name: string]: JsonSchema }, required: readonly string[] = []) =>
  Expected.of({ type: "array", items: { type: "object", properties, required } });

describe("CSV", () => {
  it("keeps delimiters, quotes and line breaks inside of quotes", () => {
    expect(readCsv('\ufeffa,b\n"x,""y""\nz",2\n', {}, undefined)).toEqual([{ a: 'x,"y"\nz', b: "2" }]);
    expect(readCsv("a;b\n'x;y';2\n", { delimiter: ";", quote: "'" }, undefined)).toEqual([{ a: "x;y", b: "2" }]);
    expect(readCsv('a\tb\n"x\t2', { delimiter: "\t", quote: "" }, undefined)).toEqual([{ a: '"x', b: "2" }]);
  });

  it("becomes the types of the schema, and stays text where it is none of them", () => {
    const text = "i,n,b,s,c,x\n 12 ,-1.5e3,TRUE,007,free,\n1.5,0x10,yes,,2,a\n";
    const expected = rowsOf({
      i: { type: "integer" },
      n: { type: "number" },
      b: { type: "boolean" },
      s: { type: "string" },
      c: { anyOf: [{ type: "number" }, { type: "string" }] },
    });
    expect(readCsv(text, {}, expected)).toEqual([
      { i: 12, n: -1500, b: true, s: "007", c: "free", x: "" },
      { i: "1.5", n: "0x10", b: "yes", s: "", c: "2", x: "a" },
    ]);
  });

  it("leaves out an empty field that may be missing, else it is null", () => {
    const expected = rowsOf({ may: { type: "number" }, must: { type: "number" }, none: { type: ["number", "null"] } }, ["must"]);
    expect(readCsv("may,must,none\n,,\n", {}, expected)).toEqual([{ must: null, none: null }]);
  });

  it("without a header is a list of lists", () => {
    const expected = Expected.of({ type: "array", items: { type: "array", items: { type: "number" } } });
    expect(readCsv("1,2\n3,4", { header: false }, expected)).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it("is read through references and circles of a schema", () => {
    const expected = Expected.of({
      type: "array",
      items: { $ref: "#/$defs/Row" },
      $defs: {
        Row: { allOf: [{ $ref: "#/$defs/Row" }, { type: "object", properties: { n: { $ref: "#/$defs/N" } } }] },
        N: { type: "number" },
      },
    });
    expect(readCsv("n\n1", {}, expected)).toEqual([{ n: 1 }]);
  });

  it("has names that are only names", () => {
    const [row] = readCsv("__proto__,constructor\n1,2", {}, undefined) as [object];
    expect(Object.entries(row)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
  });
});
