// Pins: a handler or recording whose types an author has to cast, or that accepts a field which is not there. Checked by the compiler.
import { describe, expect, expectTypeOf, it } from "vitest";
import { cel, del, get, type ItemOf, native, operation, post, type Recorded, t } from "../src/index.ts";

const settings = t.Object({ region: t.Union([t.Literal("eu"), t.Literal("us")]) });
const input = t.Object({ id: t.String(), note: t.Optional(t.String()) });
const output = t.Object({ rows: t.Array(t.Object({ n: t.Integer() })), total: t.Optional(t.Integer()) });
const spec = { title: "X", effect: "read", settings, input, output } as const;

describe("operation", () => {
  it("infers what native code takes and gives from the schemas", () => {
    operation(
      spec,
      native({
        reason: "x",
        uses: [],
        call: async (given, ctx) => {
          expectTypeOf(given).toEqualTypeOf<{ id: string; note?: string }>();
          expectTypeOf(ctx.settings).toEqualTypeOf<{ region: "eu" | "us" }>();
          return { rows: [{ n: 1 }] };
        },
      }),
    );
    operation(
      { ...spec, stream: { items: "/rows", resume: "none" } },
      native({
        reason: "x",
        uses: [],
        stream: async function* (given, ctx, page) {
          expectTypeOf(given.id).toEqualTypeOf<string>();
          expectTypeOf(ctx.settings.region).toEqualTypeOf<"eu" | "us">();
          expectTypeOf(page.size).toEqualTypeOf<number>();
          yield { items: [{ n: 1 }], next: null };
        },
      }),
    );
    expectTypeOf<ItemOf<{ rows: { n: number }[]; total?: number }>>().toEqualTypeOf<{ n: number }>();
  });

  it("infers what recordings see", () => {
    operation(
      spec,
      post("/x/{id}/{settings.region}", {
        body: ($) => {
          expectTypeOf($.input).toEqualTypeOf<Recorded<{ id: string; note?: string }>>();
          expectTypeOf($.input.note).toEqualTypeOf<Recorded<string>>();
          return { id: $.input.id, region: $.settings.region };
        },
        output: ($) => ({ total: $.response.status, rows: $.response.body }),
      }),
    );
  });

  it("refuses what does not fit", () => {
    // @ts-expect-error: the input has no field "ident"
    operation(spec, del("/x/{ident}"));
    // @ts-expect-error: there is no setting "zone"
    operation(spec, get("/x/{settings.zone}"));
    // @ts-expect-error: the input has no field "mail"
    operation(spec, post("/x", { body: ($) => ({ mail: $.input.mail }) }));
    // @ts-expect-error: without a settings schema there are no settings
    operation({ title: "X", effect: "read", input, output }, post("/x", { body: ($) => ({ r: $.settings.region }) }));
    // @ts-expect-error: rows hold numbers
    operation(spec, native({ reason: "x", uses: [], call: async () => ({ rows: [{ n: "1" }] }) }));
    // @ts-expect-error: an operation has a body
    expect(() => operation(spec)).toThrow();
    // @ts-expect-error: examples are typed by the input
    operation({ ...spec, examples: [{ input: { id: 1 } }] }, get("/x"));
    // @ts-expect-error: effects are a closed list
    operation({ ...spec, effect: "upsert" }, get("/x"));
    expectTypeOf(cel<number>("1 + 1").$cel).toEqualTypeOf<string>();
  });
});
