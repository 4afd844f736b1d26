// Pins: a file that arrives under another name, as text, or cut off; a name that becomes a header of its own.
import type { Json, JsonObject, PartStyle } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { multipartParts, writeMultipart } from "../../../src/operation/bodies/multipart-body.ts";

type Styles = { readonly [name: string]: PartStyle };
const parts = (content: JsonObject, styles?: Styles) => multipartParts(content, styles);
const shown = (content: JsonObject, styles?: Styles) =>
  parts(content, styles).map(({ content: bytes, ...part }) => ({ ...part, text: bytes.toString() }));

describe("a multipart body", () => {
  it("has texts without a type, objects as JSON, and a part for each item of a list", () => {
    expect(shown({ a: "x", n: 1, b: true, none: null, o: { k: 1 }, list: ["p", null, { q: 1 }] })).toEqual([
      { name: "a", text: "x" },
      { name: "n", text: "1" },
      { name: "b", text: "true" },
      { name: "o", type: "application/json", text: '{"k":1}' },
      { name: "list", text: "p" },
      { name: "list", type: "application/json", text: '{"q":1}' },
    ]);
  });

  it("has files with their names and types, from base64 and from text", () => {
    const files: readonly Json[] = [{ name: "a.png", type: "image/png", base64: "AAEC" }, { text: "hello" }];
    expect(parts({ files })).toEqual([
      { name: "files", type: "image/png", fileName: "a.png", content: Buffer.from([0, 1, 2]) },
      { name: "files", type: "text/plain; charset=utf-8", fileName: "files", content: Buffer.from("hello") },
    ]);
  });

  it("takes base64 text for a file where the part is said to be one, of the type said", () => {
    expect(parts({ doc: "JVBERg==" }, { doc: { file: true, contentType: "application/pdf" } })).toEqual([
      { name: "doc", type: "application/pdf", fileName: "doc", content: Buffer.from("%PDF") },
    ]);
    expect(shown({ doc: { text: "x" } }, { doc: { file: false } })).toEqual([
      { name: "doc", type: "application/json", text: '{"text":"x"}' },
    ]);
  });

  it("writes a part in its style or its media type", () => {
    const styles: Styles = {
      meta: { style: "deepObject" },
      tags: { contentType: "application/json" },
      csv: { style: "form", explode: false },
    };
    expect(shown({ meta: { a: { b: 1 } }, tags: ["x", "y"], csv: ["x", "y"] }, styles)).toEqual([
      { name: "meta[a][b]", text: "1" },
      { name: "tags", type: "application/json", text: '["x","y"]' },
      { name: "csv", text: "x,y" },
    ]);
  });

  it("refuses what is no file, and a type that would be a header of its own", () => {
    const wrong: readonly Json[] = [1, { a: 1 }, "no base64!", "A", { base64: "%" }, { base64: "AA", text: "x" }];
    for (const doc of wrong)
      expect(() => parts({ doc }, { doc: { file: true } }), JSON.stringify(doc)).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT" }),
      );
    const evil = parts({ doc: { text: "x", type: "a/b\r\nX-Evil: 1" } });
    expect(() => writeMultipart(evil)).toThrow(/line break/);
  });

  it("cannot be broken by a name or by its content", () => {
    const { bytes, boundary } = writeMultipart(parts({ 'a"\r\nX-Evil: 1': { name: 'b"\r\n.txt', text: "--\r\n" } }));
    expect(bytes.toString()).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="a%22%0D%0AX-Evil: 1"; filename="b%22%0D%0A.txt"\r\n` +
        `Content-Type: text/plain; charset=utf-8\r\n\r\n--\r\n\r\n--${boundary}--\r\n`,
    );
  });

  it("is the same for the same parts, and has another boundary for others", () => {
    const [one, same, other] = ["x", "x", "y"].map((text) => writeMultipart(parts({ a: text })));
    expect(one).toEqual(same);
    expect(other?.boundary).not.toBe(one?.boundary);
  });
});
