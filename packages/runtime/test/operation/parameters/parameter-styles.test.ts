// Pins: a parameter that a server reads as another one, or as several, because it was not written in its style.
import type { Json, ParameterStyle } from "@mortise/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cookieHeader } from "../../../src/operation/parameters/cookie-header.ts";
import { headerValue } from "../../../src/operation/parameters/header-parameter.ts";
import { pathParameter } from "../../../src/operation/parameters/path-parameter.ts";
import { queryWriter, withQuery } from "../../../src/operation/parameters/query-writer.ts";

const COLORS = ["blue", "black", "brown"];
const RGB = { R: 100, G: 200, B: 150 };

/** Style, explode, and what `color` comes to: an empty text, a text, a list, an object (OpenAPI 3.1 §4.8.12, RFC 6570). */
type Row = readonly [style: ParameterStyle["style"], explode: boolean, empty: string, text: string, list: string, object: string];

describe("a path parameter", () => {
  const write = (value: Json, style: ParameterStyle = {}) => pathParameter("color", style)(value);

  it.each<Row>([
    ["simple", false, "", "blue", "blue,black,brown", "R,100,G,200,B,150"],
    ["simple", true, "", "blue", "blue,black,brown", "R=100,G=200,B=150"],
    ["label", false, ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
    ["label", true, ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
    ["matrix", false, ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"],
    ["matrix", true, ";color", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"],
  ])("in the style %s, explode %s, is as the standards' tables say", (style, explode, ...expected) => {
    expect(["", "blue", COLORS, RGB].map((value) => write(value, { style, explode }))).toEqual(expected);
  });

  it("is simple where no style is given, and every reserved character in it is encoded", () => {
    expect(write("a/b?c#d;e,f g!")).toBe("a%2Fb%3Fc%23d%3Be%2Cf%20g%21");
    expect(write(["a,b", "c"])).toBe("a%2Cb,c");
    expect(write(true)).toBe("true");
    expect(write("é\ud800")).toBe("%C3%A9%EF%BF%BD");
  });

  it("keeps reserved characters where it may, but none that would end the path", () => {
    expect(write("docs/a b.txt?x#y%2Fz", { allowReserved: true })).toBe("docs/a%20b.txt%3Fx%23y%2Fz");
    expect(write("50%", { allowReserved: true })).toBe("50%25");
  });

  it("leaves out what is null inside, and writes deeper values and media types as JSON", () => {
    expect(write(["a", null, "b"])).toBe("a,b");
    expect(write([{ a: 1 }])).toBe("%7B%22a%22%3A1%7D");
    expect(write(RGB, { contentType: "application/json" })).toBe(encodeURIComponent(JSON.stringify(RGB)));
  });

  it("refuses a style of another place", () => {
    expect(() => pathParameter("color", { style: "deepObject" })).toThrow(expect.objectContaining({ code: "MISCONFIGURED" }));
  });
});

describe("a query parameter", () => {
  const write = (value: Json, style?: ParameterStyle) =>
    queryWriter(style === undefined ? undefined : { color: style })({ color: value })
      .map((pair) => pair.join("="))
      .join("&");

  it.each<Row>([
    ["form", false, "color=", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"],
    ["form", true, "color=", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"],
    ["spaceDelimited", false, "color=", "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
    ["pipeDelimited", false, "color=", "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
    ["tabDelimited", false, "color=", "color=blue", "color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"],
    [
      "deepObject",
      true,
      "color=",
      "color=blue",
      "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
      "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
    ],
  ])("in the style %s, explode %s, is as the standards' tables say", (style, explode, ...expected) => {
    expect(["", "blue", COLORS, RGB].map((value) => write(value, { style, explode }))).toEqual(expected);
  });

  it("is form with explode where no style is given; delimited styles do not explode", () => {
    expect(write(COLORS)).toBe("color=blue&color=black&color=brown");
    expect(write(RGB)).toBe("R=100&G=200&B=150");
    expect(write(COLORS, { style: "pipeDelimited" })).toBe("color=blue%7Cblack%7Cbrown");
  });

  it("goes to any depth as a deep object", () => {
    const value = { created: { gte: 5, lt: null }, items: [{ price: "p_1" }, { price: "p_2" }] };
    expect(decodeURIComponent(write(value, { style: "deepObject" }))).toBe(
      "color[created][gte]=5&color[items][0][price]=p_1&color[items][1][price]=p_2",
    );
  });

  it("is left out where it is null or has nothing in it", () => {
    expect([null, [], {}, [null]].map((value) => write(value))).toEqual(["", "", "", ""]);
    expect([[], {}].map((value) => write(value, { style: "deepObject" }))).toEqual(["", ""]);
  });

  it("cannot add another parameter, reserved characters allowed or not", () => {
    expect(write("a&admin=1#x+y")).toBe("color=a%26admin%3D1%23x%2By");
    expect(write("a&admin=1#x+y", { allowReserved: true })).toBe("color=a%26admin=1%23x%2By");
    expect(write("https://example.com/a,b?c", { allowReserved: true })).toBe("color=https://example.com/a,b?c");
    expect(write({ "a&b": "c=d" })).toBe("a%26b=c%3Dd");
  });

  it("can be a JSON text", () => {
    expect(write(RGB, { contentType: "application/json" })).toBe(`color=${encodeURIComponent(JSON.stringify(RGB))}`);
    expect(write("a", { contentType: "application/json" })).toBe("color=%22a%22");
  });
});

it("any text comes back as it was from path, query and cookies, and adds nothing to them", () => {
  const text = fc.string({ unit: "binary" }).map((value) => value.toWellFormed());
  fc.assert(
    fc.property(text, text, fc.boolean(), (name, value, allowReserved) => {
      const url = withQuery(new URL("https://a.example/x"), queryWriter({ [name]: {} })({ [name]: value }));
      expect([...url.searchParams]).toEqual([[name, value]]);
      const path = new URL(`https://a.example/x-${pathParameter("p", {})(value)}`);
      expect(decodeURIComponent(path.pathname)).toBe(`/x-${value}`);
      expect(cookieHeader({ c: value }, { c: { allowReserved } })).toMatch(/^c=[^;,"\s\\]*$/);
    }),
    { numRuns: 300 },
  );
});

describe("a query", () => {
  const add = (url: string, params: { readonly [name: string]: Json }) => {
    const whole = new URL(url);
    const { href } = withQuery(whole, queryWriter(undefined)(params));
    expect(whole.href).toBe(url);
    return href;
  };

  it("keeps what the URL says itself, as it is written there, and replaces what is given under the same name", () => {
    expect(add("https://a.example/x?v=a%20b,c&flag&w=1", { w: 2 })).toBe("https://a.example/x?v=a%20b,c&flag&w=2");
    expect(add("https://a.example/x?a+b=1", { "a b": 2 })).toBe("https://a.example/x?a%20b=2");
    expect(add("https://a.example/x?a=%zz", {})).toBe("https://a.example/x?a=%zz");
  });
});

describe("a header", () => {
  it("is simple, without percent-encoding", () => {
    expect(headerValue("x", COLORS, undefined)).toBe("blue,black,brown");
    expect(headerValue("x", RGB, undefined)).toBe("R,100,G,200,B,150");
    expect(headerValue("x", RGB, { explode: true })).toBe("R=100,G=200,B=150");
    expect(headerValue("x", "50% é", undefined)).toBe("50% é");
    expect(headerValue("x", RGB, { contentType: "application/json" })).toBe('{"R":100,"G":200,"B":150}');
  });

  it("cannot hold a line break or what is not Latin-1", () => {
    for (const text of ["a\r\nb: c", "a\0", "€"]) expect(() => headerValue("x", text, undefined)).toThrow(/cannot carry/);
    expect(() => headerValue("x", { "a\r\nb": 1 }, undefined)).toThrow(/cannot carry/);
  });
});

describe("cookies", () => {
  it("are one header of pairs, each percent-encoded", () => {
    expect(cookieHeader({ a: "x y; z", b: null, c: 1 }, undefined)).toBe("a=x%20y%3B%20z; c=1");
    expect(cookieHeader({ a: null }, undefined)).toBeUndefined();
  });

  it("repeat for a list, and are one where they do not explode", () => {
    expect(cookieHeader({ color: COLORS }, undefined)).toBe("color=blue; color=black; color=brown");
    expect(cookieHeader({ color: COLORS, more: RGB }, { color: { explode: false }, more: { explode: false } })).toBe(
      "color=blue,black,brown; more=R,100,G,200,B,150",
    );
  });

  it("cannot be ended by their value or by their name", () => {
    expect(cookieHeader({ a: "1; admin=1" }, { a: { allowReserved: true } })).toBe("a=1%3B%20admin=1");
    for (const name of ["a=b", "a;b", "a b", "", "é"])
      expect(() => cookieHeader({ [name]: 1 }, undefined)).toThrow(/name of a cookie/);
  });
});
