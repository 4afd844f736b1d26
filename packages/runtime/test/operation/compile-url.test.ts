// Pins: a URL that leads elsewhere than the contract says: above its path, to a list instead of an item, to another host.
import type { Json, JsonObject } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { compileUrl, type UrlSpec } from "../../src/operation/compile-url.ts";

const urlOf = (spec: UrlSpec, input: JsonObject = {}, host = "api.example.com", page?: JsonObject): string =>
  compileUrl(spec, host)({ input, settings: { base: "https://base.example.com/v1/" } }, (template) => template, page).href;

const item = (path: Json = "{item}") => ({ url: `/items/${path}`, path: { item: { $cel: "input.item" } } });

describe("a URL with path parameters", () => {
  it("is written from a literal, below the first host, in the styles given", () => {
    const spec = {
      url: "/a/{x}/b{y}{z}?fixed=1",
      path: { x: { $cel: "input.x" }, y: { $cel: "input.y" }, z: ["p", "q"] },
      styles: { path: { y: { style: "matrix" }, z: { style: "label", explode: true } } },
    } as const;
    expect(urlOf(spec, { x: "1/2", y: [3, 4] })).toBe("https://api.example.com/a/1%2F2/b;y=3,4.p.q?fixed=1");
  });

  it("may also start with an expression that is a base URL", () => {
    const spec = { url: { $text: "${settings.base}/pets/{id}/${input.part}" }, path: { id: { $cel: "input.id" } } };
    expect(urlOf(spec, { id: "a b", part: "x/y" })).toBe("https://base.example.com/v1/pets/a%20b/x%2Fy");
  });

  it("leaves braces alone where there is no path", () => {
    expect(urlOf({ url: "/a/%7Bx%7D" })).toBe("https://api.example.com/a/%7Bx%7D");
  });

  it("takes the value of a page before its own", () => {
    const spec = { url: "/pages/{n}", path: { n: 1 } };
    expect(urlOf(spec)).toBe("https://api.example.com/pages/1");
    expect(urlOf(spec, {}, "api.example.com", { n: 2 })).toBe("https://api.example.com/pages/2");
  });

  it.each([null, "", ".", "..", [], {}])("refuses %j in place of a segment", (value) => {
    expect(() => urlOf(item(), { item: value })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
  });

  it.each(["../x", "a/../../x", "/x", "a//b", "%2e%2e/x", ".."])("refuses %j where slashes are allowed", (value) => {
    const spec = { ...item(), styles: { path: { item: { allowReserved: true } } } };
    expect(() => urlOf(spec, { item: value })).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(urlOf(spec, { item: "a/b" })).toBe("https://api.example.com/items/a/b");
  });

  it("refuses a label that would become dots", () => {
    const spec = { ...item(), styles: { path: { item: { style: "label" } } } } as const;
    for (const value of ["", "."]) expect(() => urlOf(spec, { item: value })).toThrow(/cannot be part|climbs/);
  });

  it("names the hole that nothing fills", () => {
    expect(() => urlOf(item("{item}/{other}"), { item: 1 })).toThrow("{other}");
  });

  it("does not let a value change the host", () => {
    const spec = { url: "https://{tenant}.example.com/x", path: { tenant: { $cel: "input.tenant" } } };
    expect(urlOf(spec, { tenant: "acme" })).toBe("https://acme.example.com/x");
    for (const tenant of ["evil.com/", "evil.com#", "evil.com?", "a@evil.com", "evil.com\\", "evil:80"])
      expect(() => urlOf(spec, { tenant }), tenant).toThrow(expect.objectContaining({ code: "MISCONFIGURED" }));
  });
});

describe("a URL that is asked for again", () => {
  it("is what its own call says, whatever was asked for in between", () => {
    const compiled = compileUrl({ url: { $text: "${settings.base}/${input.id}" } }, undefined);
    const at = (base: string, id: Json) => compiled({ input: { id }, settings: { base } }, (template) => template);
    const first = at("https://a.example", "1");
    expect(at("https://a.example", "1")).toBe(first);
    expect(at("https://b.example", "1").href).toBe("https://b.example/1");
    expect(at("https://a.example", "2").href).toBe("https://a.example/2");
    expect(first.href).toBe("https://a.example/1");
  });

  it.each(["/..", "/%2e%2E/", "\\..\\x", "/.%2e", "/.\t.", "/%2\te%2e", " ..", "/x/.. ", "..?a"])(
    "is refused each time where it climbs: %j",
    (tail) => {
      const compiled = compileUrl({ url: { $cel: "input.url" } }, "api.example.com");
      for (let times = 0; times < 2; times++) {
        expect(() => compiled({ input: { url: tail }, settings: {} }, (template) => template)).toThrow("climbs");
      }
    },
  );

  it("may have dots that lead nowhere else", () => {
    const compiled = compileUrl({ url: { $cel: "input.url" } }, "api.example.com");
    const at = (url: string) => compiled({ input: { url }, settings: {} }, (template) => template).href;
    expect(at("/.well-known/x")).toBe("https://api.example.com/.well-known/x");
    expect(at("/a...b/..x?to=/../y")).toBe("https://api.example.com/a...b/..x?to=/../y");
  });
});
