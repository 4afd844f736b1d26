// Pins: data that becomes markup, or that the other side reads as something else.
import type { Json } from "@mortise/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readXml } from "../../../src/attempts/decoding/read-xml.ts";
import { writeXml } from "../../../src/operation/bodies/xml-body.ts";

const bare = (text: string): string => text.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, "");

describe("an XML body", () => {
  it("has members as elements, attributes, text and repeated elements", () => {
    const content = { "@id": 7, "#text": "t", a: 1, b: ["x", null, "y"], c: { "@k": true, d: "" }, none: null, e: {} };
    expect(writeXml(content, { root: "r" })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<r id="7">t<a>1</a><b>x</b><b>y</b><c k="true"><d/></c><e/></r>',
    );
  });

  it("has its root in a namespace, by default or with a prefix", () => {
    expect(bare(writeXml({ a: 1 }, { root: "r", namespace: "urn:x&y" }))).toBe('<r xmlns="urn:x&amp;y"><a>1</a></r>');
    expect(bare(writeXml({ "p:a": 1 }, { root: "r", namespace: "urn:x", prefix: "p" }))).toBe(
      '<p:r xmlns:p="urn:x"><p:a>1</p:a></p:r>',
    );
    expect(bare(writeXml("t", { root: "r", namespace: "urn:x" }))).toBe('<r xmlns="urn:x">t</r>');
  });

  it("takes its root from its only member where none is said", () => {
    expect(bare(writeXml({ r: { a: 1 }, none: null }, undefined))).toBe("<r><a>1</a></r>");
    const rootless: readonly Json[] = [{ a: 1, b: 2 }, {}, "x", ["x"]];
    for (const content of rootless) expect(() => writeXml(content, undefined)).toThrow(/one root element/);
  });

  it("escapes texts, so that data stays data", () => {
    expect(bare(writeXml({ "@a": `<"'&>\n\t`, b: "<x/>]]>&\r" }, { root: "r" }))).toBe(
      `<r a="&lt;&quot;'&amp;&gt;&#10;&#9;"><b>&lt;x/&gt;]]&gt;&amp;&#13;</b></r>`,
    );
  });

  it.each<Json>([
    { "a b": 1 },
    { "a><b": 1 },
    { "": 1 },
    { "1a": 1 },
    { "@a b": 1 },
    { "@": 1 },
    { "a:b:c": 1 },
    { a: [[1]] },
    { a: "\0" },
    { a: "\ud800" },
  ])("refuses what XML cannot say: %j", (content) => {
    expect(() => writeXml(content, { root: "r" })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  it("comes back as it was", () => {
    const text = fc
      .string({ unit: "binary" })
      .filter((value) => !/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(value));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(readXml(writeXml({ "@a": a, b }, { root: "r" }), undefined, [])).toEqual({ r: { "@a": a, b } });
      }),
    );
  });
});
