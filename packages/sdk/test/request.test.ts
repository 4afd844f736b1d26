// Pins: a part of a request that an author writes and that is lost, or means something else, in the contract.
import { describe, expect, it } from "vitest";
import { get, operation, options, post, t } from "../src/index.ts";

const spec = {
  title: "X",
  effect: "read",
  settings: t.Object({ region: t.String() }),
  input: t.Object({ id: t.String(), tags: t.Optional(t.Array(t.String())) }),
  output: t.Unknown(),
} as const;
const requestOf = (defined: ReturnType<typeof operation>) => defined.contract.request;

describe("a request", () => {
  it("keeps every part", () => {
    const parts = {
      cookies: { seen: "1" },
      styles: { query: { tags: { style: "pipeDelimited" } }, body: { file: { file: true } } },
      body: { a: 1 },
      bodyType: "xml",
      contentType: "application/soap+xml",
      xml: { root: "r" },
      decode: ["gzip", { csv: { delimiter: ";" } }],
    } as const;
    const made = requestOf(operation(spec, post("/x", { ...parts, query: ($) => ({ tags: $.input.tags }) })));
    expect(made).toEqual({ method: "POST", url: "/x", query: { tags: { $cel: "input.?tags" } }, ...parts });
    expect(requestOf(operation(spec, options("/x")))).toEqual({ method: "OPTIONS", url: "/x" });
  });

  it("fills the holes of its URL from fields and settings", () => {
    expect(requestOf(operation(spec, get("/x/{id}/{settings.region}")))).toEqual({
      method: "GET",
      url: { $text: "/x/${input.id}/${settings.region}" },
    });
  });

  it("fills them from its path where it has one", () => {
    const made = operation(spec, get("/x/{item}", { path: ($) => ({ item: $.input.id }) }));
    expect(requestOf(made)).toEqual({ method: "GET", url: "/x/{item}", path: { item: { $cel: "input.id" } } });
  });

  it("writes them in their styles", () => {
    const styles = { path: { id: { style: "matrix" } } } as const;
    const made = operation(spec, get("/x/{id}/{settings.region}", { styles }));
    expect(requestOf(made)).toEqual({
      method: "GET",
      url: "/x/{id}/{settings.region}",
      path: { id: { $cel: "input.id" }, "settings.region": { $cel: "settings.region" } },
      styles,
    });
  });

  it("with a path of its own is not held to the names of fields, without one it is", () => {
    get("/x/{anything}", { path: { anything: 1 } });
    // @ts-expect-error: the input has no field "anything"
    expect(() => operation(spec, get("/x/{anything}"))).not.toThrow();
  });
});
