// Pins: a list that is an object on the day it has one item; an entity that is expanded or fetched; a name that becomes a prototype.
import type { JsonSchema } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { Expected } from "../../../src/attempts/decoding/expected.ts";
import { readXml } from "../../../src/attempts/decoding/read-xml.ts";

const read = (text: string, schema?: JsonSchema, lists: readonly string[] = []) => readXml(text, Expected.of(schema), lists);
const object = (properties: { readonly [name: string]: JsonSchema }): JsonSchema => ({ type: "object", properties });
const list = (items?: JsonSchema): JsonSchema => (items === undefined ? { type: "array" } : { type: "array", items });

const ITEM = object({ id: { type: "integer" }, tag: list({ type: "string" }) });

describe("XML", () => {
  it("becomes members, attributes and text", () => {
    const text = `<?xml version="1.0"?><!-- c --><o a="1" xmlns="urn:x" xmlns:p="urn:p"><p:b>x &amp; y</p:b><c>1</c><c k="v"> t </c><e/><![CDATA[<raw>]]></o>`;
    expect(read(text)).toEqual({
      o: { "@a": "1", "p:b": "x & y", c: ["1", { "@k": "v", "#text": "t" }], e: "", "#text": "<raw>" },
    });
  });

  it("has its root as a member where the schema declares it or says nothing, else it is what is in the root", () => {
    const text = "<item><id>7</id></item>";
    expect(read(text)).toEqual({ item: { id: "7" } });
    expect(read(text, { type: "object" })).toEqual({ item: { id: "7" } });
    expect(read(text, object({ item: ITEM }))).toEqual({ item: { id: 7 } });
    expect(read(text, ITEM)).toEqual({ id: 7 });
    expect(read("<n> 5 </n>", { type: "number" })).toBe(5);
  });

  it.each<readonly [string, string, JsonSchema, unknown]>([
    ["repeated", "<r><tag>a</tag><tag>b</tag></r>", ITEM, { tag: ["a", "b"] }],
    ["alone", "<r><tag>a</tag></r>", ITEM, { tag: ["a"] }],
    [
      "in an element around them",
      "<r><tags><t>a</t><t>b</t></tags></r>",
      object({ tags: list({ type: "string" }) }),
      { tags: ["a", "b"] },
    ],
    ["one in an element around it", "<r><tags><t>a</t></tags></r>", object({ tags: list({ type: "string" }) }), { tags: ["a"] }],
    ["none in an element around them", "<r><tags/></r>", object({ tags: list({ type: "string" }) }), { tags: [] }],
    ["objects, one, repeated", "<r><i><id>1</id></i></r>", object({ i: list(ITEM) }), { i: [{ id: 1 }] }],
    ["objects, one, in an element", "<r><is><i><id>1</id></i></is></r>", object({ is: list(ITEM) }), { is: [{ id: 1 }] }],
    ["open objects, one", "<r><i><x>1</x></i></r>", object({ i: list({ type: "object" }) }), { i: [{ x: "1" }] }],
    ["the root", "<items><item><id>1</id></item><item><id>2</id></item></items>", list(ITEM), [{ id: 1 }, { id: 2 }]],
    ["the root, one", "<items><item><id>1</id></item></items>", list(ITEM), [{ id: 1 }]],
    ["the root, none", "<items/>", list(ITEM), []],
  ])("has lists where the schema has them: %s", (_, text, schema, expected) => {
    expect(read(text, schema)).toEqual(expected);
  });

  it("has lists where the contract names them", () => {
    expect(read("<r><i>1</i></r>", undefined, ["i"])).toEqual({ r: { i: ["1"] } });
  });

  it("becomes the types of the schema", () => {
    const schema = object({
      n: { type: "number" },
      b: { type: "boolean" },
      z: { type: ["integer", "null"] },
      "@v": { type: "integer" },
      t: { type: "string" },
    });
    expect(read('<r v="2"><n>1.50</n><b>1</b><z/><t> a </t></r>', schema)).toEqual({
      "@v": 2,
      n: 1.5,
      b: true,
      z: null,
      t: " a ",
    });
    const nil = '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><t xsi:nil="true"/></r>';
    expect(read(nil, object({ t: { type: ["string", "null"] } }))).toEqual({ t: null });
    expect(read('<r><n unit="kg">5</n></r>', object({ n: { type: "number" } }))).toEqual({ n: 5 });
    expect(
      read('<r><n unit="kg">5</n></r>', object({ n: object({ "@unit": { type: "string" }, "#text": { type: "number" } }) })),
    ).toEqual({ n: { "@unit": "kg", "#text": 5 } });
  });

  it.each([
    ["an entity of its own", '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><r>&b;</r>'],
    ["a file", '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>'],
    ["an entity of HTML", "<r>&nbsp;</r>"],
  ])("expands nothing: %s is an error", (_, text) => {
    expect(() => read(text)).toThrow(/undefined entity/);
  });

  it("is not taken where it is not well-formed, or nested too deep", () => {
    for (const text of ["<a>", "<a></b>", "<a/><b/>", "x", "<a b=1/>", "<a b='1' b='2'/>", "<a>&</a>", "<a>\0</a>"])
      expect(() => read(text), text).toThrow(expect.objectContaining({ code: "INVALID_OUTPUT" }));
    expect(() => read("<a>".repeat(5_000) + "</a>".repeat(5_000))).toThrow(/nested deeper/);
  });

  it("has names that are only names", () => {
    const value = read('<r><__proto__>1</__proto__><constructor a="2"/></r>') as { readonly r: object };
    expect(Object.entries(value.r)).toEqual([
      ["__proto__", "1"],
      ["constructor", { "@a": "2" }],
    ]);
    expect(({} as { a?: string }).a).toBeUndefined();
  });
});
