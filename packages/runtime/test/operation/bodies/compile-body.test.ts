// Pins: a body that is not what its Content-Type says.
import type { HttpRequest, Json } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { compileBody } from "../../../src/operation/bodies/compile-body.ts";

type Spec = Pick<HttpRequest, "bodyType" | "contentType" | "styles" | "xml">;

const write = (content: Json, spec: Spec, header?: string) => {
  const { bytes, type, show } = compileBody(spec)({ input: { kind: spec.bodyType }, settings: {} }, content, header);
  return { body: bytes.toString(), type, shown: show() };
};

describe("a body", () => {
  it.each<readonly [bodyType: NonNullable<Spec["bodyType"]>, content: Json, body: string, type: string]>([
    ["json", { a: [1] }, '{"a":[1]}', "application/json"],
    ["jsonl", [{ a: 1 }, 2], '{"a":1}\n2\n', "application/x-ndjson"],
    [
      "form",
      { a: "x y&", b: [1, null, { c: 1 }], n: null },
      "a=x+y%26&b=1&b=%7B%22c%22%3A1%7D",
      "application/x-www-form-urlencoded",
    ],
    ["text", "x", "x", "text/plain; charset=utf-8"],
    ["text", 5, "5", "text/plain; charset=utf-8"],
    ["xml", { r: 1 }, '<?xml version="1.0" encoding="UTF-8"?>\n<r>1</r>', "application/xml"],
    ["binary", "aGk=", "hi", "application/octet-stream"],
    ["binary", "a G\nk", "hi", "application/octet-stream"],
    ["binary", { base64: "aGk", type: "image/png", name: "a" }, "hi", "image/png"],
    ["binary", { text: "hi" }, "hi", "text/plain; charset=utf-8"],
  ])("of the type %s is written as it says", (bodyType, content, body, type) => {
    expect(write(content, { bodyType })).toMatchObject({ body, type });
  });

  it("is JSON where nothing is said, and of a type that an expression says", () => {
    expect(write({ a: 1 }, {})).toMatchObject({ body: '{"a":1}' });
    expect(compileBody({ bodyType: { $cel: "input.t" } })({ input: { t: "text" }, settings: {} }, "x", undefined).type).toMatch(
      /^text/,
    );
    const computed = compileBody({ bodyType: { $cel: "input.t" } });
    expect(() => computed({ input: { t: "toString" }, settings: {} }, "x", undefined)).toThrow(
      /expected one of json, jsonl, form/,
    );
  });

  it("has the Content-Type that the contract says, then that of the headers, then the usual one", () => {
    expect(write({}, { contentType: "application/merge-patch+json" }, "a/b").type).toBe("application/merge-patch+json");
    expect(write({}, { contentType: { $cel: "null" } }, "a/b").type).toBe("a/b");
    expect(() => write({}, { contentType: "a/b\r\nx: y" })).toThrow(/line break/);
    const multipart = write({ a: 1 }, { bodyType: "multipart", contentType: "multipart/form-data; boundary=mine" });
    expect(multipart.body).toContain(`--${/boundary=(mortise-[0-9a-f]{32})$/.exec(multipart.type)?.[1]}--`);
  });

  it("writes fields of a form in their styles", () => {
    const styles = { body: { items: { style: "deepObject" }, ids: { style: "form", explode: false } } } as const;
    expect(decodeURIComponent(write({ items: [{ price: "p 1" }], ids: [1, 2] }, { bodyType: "form", styles }).body)).toBe(
      "items[0][price]=p+1&ids=1,2",
    );
  });

  it("is shown as data and text, of bytes the size alone", () => {
    expect(write({ a: 1 }, { bodyType: "form" }).shown).toEqual({ a: 1 });
    expect(write("aGk=", { bodyType: "binary" }).shown).toEqual({ type: "application/octet-stream", bytes: 2 });
    expect(write({ a: 1, f: { base64: "aGk=", name: "b" } }, { bodyType: "multipart" }).shown).toEqual([
      { name: "a", value: "1" },
      { name: "f", type: "application/octet-stream", fileName: "b", bytes: 2 },
    ]);
  });

  it.each<readonly [NonNullable<Spec["bodyType"]>, Json]>([
    ["jsonl", {}],
    ["form", []],
    ["form", "a=1"],
    ["multipart", [1]],
    ["binary", "%%%"],
    ["binary", 1],
  ])("of the type %s refuses %j", (bodyType, content) => {
    expect(() => write(content, { bodyType })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });
});
