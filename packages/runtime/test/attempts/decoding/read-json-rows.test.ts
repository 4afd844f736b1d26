// Pins: a list of a JSON document that is held as a whole to be read, items that differ from those of the document read at once, a document that
// is cut off and passes for a shorter list, and limits that hold only for what is read at once.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMortiseError, type Json, parseExactJson } from "@mortise/contract";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJsonRows } from "../../../src/attempts/decoding/read-json-rows.ts";

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rows(text: string | Buffer, pointer: string, size = 7): Promise<readonly Json[]> {
  const found: Json[] = [];
  for await (const row of readJsonRows(pieces(Buffer.from(text), size), pointer)) found.push(row);
  return found;
}

const failure = (text: string | Buffer, pointer: string, size?: number): Promise<readonly [string, string]> =>
  rows(text, pointer, size).then(
    () => ["none", ""] as const,
    (error: unknown) => (isMortiseError(error) ? ([error.code, error.message] as const) : (["?", String(error)] as const)),
  );

const COUNT = 150_000;
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("the items of a list in a JSON document", () => {
  it("are those of the document, wherever it is cut", async () => {
    const value = fc.jsonValue({ maxDepth: 4 }).filter((found) => !JSON.stringify(found).includes("e-324"));
    await fc.assert(
      fc.asyncProperty(fc.array(value), value, fc.integer({ min: 1, max: 40 }), async (list, other, size) => {
        const text = JSON.stringify({ before: other, "a.b": [0, { "~/": list }], after: [other] });
        expect(await rows(text, "/a.b/1/~0~1", size)).toEqual(parseExactJson(JSON.stringify(list)));
        expect(await rows(JSON.stringify(list, null, 2), "", size)).toEqual(parseExactJson(JSON.stringify(list)));
      }),
      { numRuns: 200 },
    );
  });

  it("keep numbers that a double does not hold, and names that objects have of their own", async () => {
    const text = '{"data":[9007199254740993, -123456789012345678901, 0.1, 1e400, {"__proto__": 1, "id": 12345678901234567}]}';
    const found = await rows(text, "/data");
    expect(found.slice(0, 4)).toEqual(["9007199254740993", "-123456789012345678901", 0.1, "1e400"]);
    expect(JSON.stringify(found[4])).toBe('{"__proto__":1,"id":"12345678901234567"}');
    expect(found[4]).toEqual((parseExactJson(text) as { readonly data: readonly Json[] }).data[4]);
  });

  it("come with a byte order mark and blanks around them", async () => {
    expect(await rows(`\ufeff \n{ "data" : [ 1 , "Zoë 🐦" ] }\n `, "/data", 1)).toEqual([1, "Zoë 🐦"]);
  });

  it.each([
    ["no list where it should be", '{"data":{"a":1}}', "/data", "no list at"],
    ["nothing there", "{}", "/data", "no list at"],
    ["an empty body", "", "/data", "no list at"],
    ["a list that is cut off", '{"data":[1,2', "/data", "no JSON"],
    ["a document that is cut off behind its list", '{"data":[1,2]', "/data", "no JSON"],
    ["something behind the document", '{"data":[1,2]} x', "/data", "no JSON"],
    ["a list that is there twice", '{"data":[1],"data":[2]}', "/data", "twice"],
    ["a missing comma in the list", '{"data":[1 2]}', "/data", "no JSON"],
    ["a missing comma outside", '{"data":[1] "more":2}', "/data", "no JSON"],
    ["a page for people", "<html>", "/data", "no JSON"],
  ])("are refused with %s", async (_, text, pointer, words) => {
    const [code, message] = await failure(text, pointer);
    expect([code, message]).toEqual(["INVALID_OUTPUT", expect.stringContaining(words)]);
  });

  it("nest as deep as elsewhere, and no deeper, inside and outside of the list", async () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(await rows(`{"data":[${nested(998)}]}`, "/data", 1_000)).toHaveLength(1);
    expect(await failure(`{"data":[${nested(999)}]}`, "/data", 1_000)).toEqual([
      "INVALID_OUTPUT",
      expect.stringContaining("deeper"),
    ]);
    expect(await failure(`{"x":${nested(2_000_000)},"data":[]}`, "/data", 60_000)).toEqual([
      "INVALID_OUTPUT",
      expect.stringContaining("deeper"),
    ]);
  });

  it.each([
    ["an item", `{"data":["${"x".repeat(11_000_000)}"]}`],
    ["what is before the list", `{"x":"${"x".repeat(11_000_000)}","data":[]}`],
    ["many things before the list", `{"x":[${`"${"x".repeat(98)}",`.repeat(110_000)}1],"data":[]}`],
    ["blanks between items", `{"data":[1,${" ".repeat(11_000_000)}2]}`],
  ])("are refused where %s is over 10 MB, before more is read", async (_, text) => {
    let read = 0;
    const counted = async function* (): AsyncGenerator<Buffer> {
      for await (const piece of pieces(Buffer.from(text), 65_536)) {
        read += piece.length;
        yield piece;
      }
    };
    const all = async (): Promise<void> => {
      for await (const _row of readJsonRows(counted(), "/data"));
    };
    await expect(all()).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(read).toBeLessThanOrEqual(10 * 1024 * 1024 + 2 * 65_536);
  });

  it("are not held, however many there are", async () => {
    const item = JSON.stringify({ id: 1_234_567, name: "a name that is there", tags: ["one", "two"] });
    const document = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('{"data":[');
      const piece = Buffer.from(`${item},`.repeat(1_000));
      for (let at = 0; at < COUNT; at += 1_000) yield piece;
      yield Buffer.from(`${item}]}`);
    };
    const held: number[] = [];
    let seen = 0;
    for await (const _row of readJsonRows(document(), "/data")) {
      if (++seen % (COUNT / 5) !== 0) continue;
      collectGarbage();
      held.push(process.memoryUsage().heapUsed / 1e6);
    }
    const grown = (held.at(-1) ?? 0) - (held[0] ?? 0);
    console.log(
      `${COUNT} items, ${((item.length * COUNT) / 1e6).toFixed(0)} MB of JSON: the heap grew by ${grown.toFixed(1)} MB behind the first fifth`,
    );
    expect(seen).toBe(COUNT + 1);
    expect(grown).toBeLessThan(3);
  });
});
