// Pins: a parameter that a server reads as another one, or as several, because it came over the wire in another style.
import type { HttpRequest, Json, ParameterStyle } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const COLORS = ["blue", "black", "brown"];
const RGB = { R: 100, G: 200, B: 150 };

async function sent(request: Partial<HttpRequest>, input: { readonly [name: string]: Json }): Promise<Seen> {
  const vendor = await openVendor(() => ({ body: {} }));
  onTestFinished(vendor.close);
  const contract = contractOf({
    call: { effect: "create", idempotency: "none", request: { method: "POST", url: at("/x"), ...request } },
  });
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  expect(await runtime.call("vendor/call", { connection, input })).toMatchObject({ outcome: "success" });
  return vendor.seen[0] as Seen;
}

/** The style table of OpenAPI 3.1 (§4.8.12.4), as RFC 6570 expands it. */
const TABLE: readonly (readonly [place: "path" | "query", style: ParameterStyle, list: string, object: string])[] = [
  ["path", { style: "simple" }, "blue,black,brown", "R,100,G,200,B,150"],
  ["path", { style: "simple", explode: true }, "blue,black,brown", "R=100,G=200,B=150"],
  ["path", { style: "label" }, ".blue,black,brown", ".R,100,G,200,B,150"],
  ["path", { style: "label", explode: true }, ".blue.black.brown", ".R=100.G=200.B=150"],
  ["path", { style: "matrix" }, ";color=blue,black,brown", ";color=R,100,G,200,B,150"],
  ["path", { style: "matrix", explode: true }, ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"],
  ["query", { style: "form", explode: false }, "color=blue,black,brown", "color=R,100,G,200,B,150"],
  ["query", { style: "form" }, "color=blue&color=black&color=brown", "R=100&G=200&B=150"],
  ["query", { style: "spaceDelimited" }, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"],
  ["query", { style: "pipeDelimited" }, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"],
  ["query", { style: "tabDelimited" }, "color=blue%09black%09brown", "color=R%09100%09G%09200%09B%09150"],
];

test.each(TABLE)("in the %s, %j is on the wire as the standard says", async (place, style, list, object) => {
  const value = { $cel: "input.color" };
  const styles = { [place]: { color: style } };
  const request =
    place === "path"
      ? { url: { $text: "${settings.baseUrl}/x/{color}/y" }, path: { color: value }, styles }
      : { query: { color: value }, styles };
  const wanted = (text: string) => (place === "path" ? `/x/${text}/y` : `/x?${text}`);
  expect((await sent(request, { color: COLORS })).target).toBe(wanted(list));
  expect((await sent(request, { color: RGB })).target).toBe(wanted(object));
});

test("a nested object goes into query and form as Stripe reads it", async () => {
  const value = { $cel: "input" };
  const input = {
    created: { gte: 1_700_000_000 },
    line_items: [{ price: "price_1", quantity: 2 }],
    expand: ["data.customer"],
    limit: 3,
  };
  const styles = {
    created: { style: "deepObject" },
    line_items: { style: "deepObject" },
    expand: { style: "deepObject" },
  } as const;
  const expected = {
    "created[gte]": "1700000000",
    "line_items[0][price]": "price_1",
    "line_items[0][quantity]": "2",
    "expand[0]": "data.customer",
    limit: "3",
  };
  expect(Object.fromEntries((await sent({ query: value, styles: { query: styles } }, input)).query)).toEqual(expected);
  const form = await sent({ body: value, bodyType: "form", styles: { body: styles } }, input);
  expect(form.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  expect(Object.fromEntries(new URLSearchParams(String(form.body)))).toEqual(expected);
});

test("a header has lists and objects as the standard says, and null leaves out", async () => {
  const headers = { "X-List": COLORS, "X-Object": RGB, "X-Exploded": RGB, "X-Json": RGB, "X-None": null };
  const styles = { headers: { "X-Exploded": { explode: true }, "X-Json": { contentType: "application/json" } } };
  const seen = await sent({ headers, styles }, {});
  expect(seen.headers).toMatchObject({
    "x-list": "blue,black,brown",
    "x-object": "R,100,G,200,B,150",
    "x-exploded": "R=100,G=200,B=150",
    "x-json": JSON.stringify(RGB),
  });
  expect(seen.headers).not.toHaveProperty("x-none");
});

test("what the URL says itself stays, and reserved characters stay where they may", async () => {
  const request = {
    url: { $text: "${settings.baseUrl}/x/{file}?v=1%2C2&api-version=2020" },
    path: { file: { $cel: "input.file" } },
    query: { "api-version": { $cel: "input.?version.orValue(null)" }, next: { $cel: "input.next" } },
    styles: { path: { file: { allowReserved: true } }, query: { next: { allowReserved: true } } },
  };
  const input = { file: "a/b:c", next: "https://e.example/?a=1&b" };
  expect((await sent(request, input)).target).toBe("/x/a/b:c?v=1%2C2&api-version=2020&next=https://e.example/?a=1%26b");
  expect((await sent(request, { ...input, version: "2026" })).target).toContain("?v=1%2C2&api-version=2026&next=");
});

test("OPTIONS and TRACE are sent without a body", async () => {
  for (const method of ["OPTIONS", "TRACE"] as const) {
    const vendor = await openVendor(() => ({ body: { ok: true } }));
    onTestFinished(vendor.close);
    const { runtime, connection } = connect(contractOf({ call: { request: { method, url: at("/x") } } }), vendor);
    onTestFinished(() => runtime.close());
    expect(await runtime.call("vendor/call", { connection, input: {} })).toMatchObject({
      outcome: "success",
      output: { ok: true },
    });
    expect(vendor.seen.map((seen) => [seen.method, seen.body.length, seen.headers["transfer-encoding"]])).toEqual([
      [method, 0, undefined],
    ]);
  }
});
