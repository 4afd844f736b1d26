// Pins: rows lost, doubled or changed when a CSV is read in pages and resumed, and broken files that are read as if they were whole.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allPages, allRows, contextIn } from "../native-context.ts";
import { tempFolder } from "../temp-folder.ts";

const folder = tempFolder();
const ctx = contextIn(folder.path);
const rowsOf = (content: string | Uint8Array, input: object = {}, size?: number) => {
  folder.put("t.csv", content);
  return allRows("readCsv", { path: "t.csv", ...input }, ctx, size);
};

describe("what is read", () => {
  test("every value stays text, blanks are empty and a byte order mark is dropped", async () => {
    expect(await rowsOf('\ufeffzip,name,n\r\n00501,"Holts, ville",1.50\r\n,"a ""b""",true\r\n')).toEqual([
      { zip: "00501", name: "Holts, ville", n: "1.50" },
      { zip: "", name: 'a "b"', n: "true" },
    ]);
  });

  test("blank cells are null where that is asked for", async () => {
    expect(await rowsOf("a,b\n1,\n", { blankAsNull: true })).toEqual([{ a: "1", b: null }]);
  });

  test("columns can be named, with a header to replace and without one", async () => {
    expect(await rowsOf("a;b\n1;2\n", { delimiter: ";", columns: ["x", "y"] })).toEqual([{ x: "1", y: "2" }]);
    expect(await rowsOf("1,2\n", { header: false, columns: ["x", "y"] })).toEqual([{ x: "1", y: "2" }]);
    expect(await rowsOf("1,2\n", { header: false })).toEqual([{ column_1: "1", column_2: "2" }]);
  });

  test("empty and repeated column names get names of their own", async () => {
    expect(await rowsOf(",city,city,__proto__\n1,2,3,4\n")).toEqual([{ column_1: "1", city: "2", city_2: "3", column_4: "4" }]);
  });

  test("windows-1252 is read where it is asked for, and UTF-8 is not guessed", async () => {
    const bytes = Buffer.concat([Buffer.from("a\ncaf"), Buffer.from([0xe9, 0x80]), Buffer.from("\n")]);
    expect(await rowsOf(bytes, { encoding: "windows-1252" })).toEqual([{ a: "café€" }]);
    await expect(rowsOf(bytes)).rejects.toMatchObject({
      code: "FILE_MALFORMED",
      message: "t.csv, line 2: the bytes are not UTF-8.",
    });
  });

  test("an empty file and a file with only a header have no rows", async () => {
    expect(await rowsOf("")).toEqual([]);
    expect(await rowsOf("a,b")).toEqual([]);
  });
});

describe("what is refused", () => {
  test("a quote that is never closed names the line on which its row starts", async () => {
    await expect(rowsOf('a,b\n1,"x\ny"\n2,"z\n3,4\n')).rejects.toMatchObject({
      code: "FILE_MALFORMED",
      message: "t.csv, line 4: a quote is opened and never closed.",
      data: { remedy: expect.stringContaining("Close the quote"), detail: { file: "t.csv", line: 4 } },
    });
  });

  test("text after a closing quote, and a quote inside a bare cell, are broken quotes", async () => {
    await expect(rowsOf('a,b\n1,"x"y\n')).rejects.toMatchObject({
      message: "t.csv, line 2: there is text after a closing quote.",
    });
    await expect(rowsOf('a,b\n\n1,x"y"\n')).rejects.toMatchObject({
      message: expect.stringContaining("t.csv, line 3: there is a quote"),
    });
  });

  test("too few and too many cells name the line and both counts", async () => {
    await expect(rowsOf('a,b\n"1\r\n1",2\n3\n')).rejects.toMatchObject({
      message: "t.csv, line 4: 1 cell where 2 are expected.",
    });
    await expect(rowsOf("a,b\n1,2,3\n")).rejects.toMatchObject({ message: "t.csv, line 2: 3 cells where 2 are expected." });
  });

  test("a missing file names the nearest one in its folder", async () => {
    folder.put("birdstrikes.csv", "a\n");
    await expect(allRows("readCsv", { path: "birdstrike.csv" }, ctx)).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      data: { remedy: "Did you mean birdstrikes.csv? It is in the same folder." },
    });
    await expect(allRows("readCsv", { path: "." }, ctx)).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
  });

  test("a file that became shorter than its cursor is a stream that changed", async () => {
    folder.put("t.csv", "a\n1\n");
    const later = allRows("readCsv", { path: "t.csv" }, ctx, 10, { byte: 99, row: 40, line: 41 });
    await expect(later).rejects.toMatchObject({ code: "STREAM_CHANGED" });
    await expect(allRows("readCsv", { path: "t.csv" }, ctx, 10, { byte: -1 })).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("bad rows that are to be rejected", () => {
  const broken = 'a,b\n1,2\n3,"x"y\n4\n5,6,7\n8,"9\n10,11\n';

  test("come as rows with _error and _line, and reading goes on with the line after them", async () => {
    expect(await rowsOf(broken, { onBadRow: "reject" })).toEqual([
      { a: "1", b: "2" },
      { _error: "there is text after a closing quote", _line: 3, _raw: '3,"x"y' },
      { a: "4", _error: "1 cell where 2 are expected", _line: 4 },
      { a: "5", b: "6", _error: "3 cells where 2 are expected", _line: 5 },
      { _error: "a quote is opened and never closed", _line: 6, _raw: '8,"9' },
      { a: "10", b: "11" },
    ]);
  });

  test("do not depend on where reading was resumed", async () => {
    const whole = await rowsOf(broken, { onBadRow: "reject" });
    for (const page of await allPages("readCsv", { path: "t.csv", onBadRow: "reject" }, ctx, 1)) {
      if (page.next === null) continue;
      const rest = await allRows("readCsv", { path: "t.csv", onBadRow: "reject" }, ctx, 2, page.next);
      expect(rest).toEqual(whole.slice((page.next as { row: number }).row));
    }
  });
});

const cell = fc.string({ unit: fc.constantFrom("a", "0", "é", "😀", '"', ",", "\n", "\r\n", " ", ""), maxLength: 6 });
const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 30 });
const lineBreak = fc.constantFrom("\n", "\r\n");

test("any page size gives the same rows, and resuming from any cursor gives the rest", async () => {
  await fc.assert(
    fc.asyncProperty(table, lineBreak, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (rows, eol, size, endsOpen) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const lines = [["x", "é", "z"], ...rows].map((cells) => cells.map(quoted).join(","));
      folder.put("p.csv", lines.join(eol) + (endsOpen ? "" : eol));
      const wanted = rows.map(([x, e, z]) => ({ x, é: e, z }));
      const read = await allPages("readCsv", { path: "p.csv" }, ctx, size);
      expect(read.flatMap((page) => page.items)).toEqual(wanted);
      for (const [index, page] of read.entries()) {
        expect(page.next === null).toBe(index === read.length - 1);
        if (page.next === null) continue;
        expect(page.items.length).toBe(size);
        expect(await allRows("readCsv", { path: "p.csv" }, ctx, size + 1, page.next)).toEqual(wanted.slice((index + 1) * size));
      }
    }),
    { numRuns: 60 },
  );
});

const data = join(dirname(createRequire(import.meta.url).resolve("vega-datasets")), "..", "data");

test("ZIP codes keep their leading zeros", async () => {
  const rows = (await allRows("readCsv", { path: join(data, "zipcodes.csv") }, ctx)) as { zip_code: string }[];
  const lines = readFileSync(join(data, "zipcodes.csv"), "utf8").trimEnd().split(/\r?\n/);
  expect(rows.length).toBe(lines.length - 1);
  expect(rows[0]?.zip_code).toBe("00501");
  expect(rows.every(({ zip_code }) => /^\d{5}$/.test(zip_code))).toBe(true);
});

test("bird strikes are read in pages with their blanks", async () => {
  expect(existsSync(join(data, "birdstrikes.csv"))).toBe(true);
  const read = await allPages("readCsv", { path: join(data, "birdstrikes.csv") }, ctx, 1_000);
  expect(read.map((page) => page.items.length)).toEqual(Array.from({ length: 10 }, () => 1_000));
  expect(read.at(-1)?.next).toBe(null);
});
