// Pins: an operation in code whose contract says something else than its author did, and code that is typed by a lie.
import { describe, expect, expectTypeOf, it } from "vitest";
import { type CodeFunction, type CodePageFunction, code, defineConnector, type Json, operation, t } from "../src/index.ts";

const place = { host: "api.acme.example", methods: ["GET"], paths: ["/v2/*"], auth: "none" } as const;

describe("an operation in code", () => {
  it("is in the contract as its author wrote it, and nowhere else", () => {
    const body = code({ entry: "src/code/score.ts", capabilities: { http: [place] } });
    const score = operation({ title: "Score", effect: "read", input: t.Object({ id: t.String() }), output: t.Number() }, body);
    const connector = defineConnector({
      name: "acme",
      version: "1.0.0",
      title: "Acme",
      publisher: "acme",
      hosts: ["api.acme.example"],
      operations: { score },
    });
    expect(connector.contract.operations.score?.code).toEqual({ entry: "src/code/score.ts", capabilities: { http: [place] } });
    expect(connector.contract.operations.score?.native).toBeUndefined();
    expect(connector.natives).toEqual({});
  });

  it("is refused where it may go to a host that the connector does not name", () => {
    const score = operation(
      { title: "Score", effect: "read", input: t.Object({}), output: t.Number() },
      code({ entry: "src/code/score.ts", capabilities: { http: [{ ...place, host: "evil.example" }] } }),
    );
    const define = () =>
      defineConnector({
        name: "acme",
        version: "1.0.0",
        title: "Acme",
        publisher: "acme",
        hosts: ["api.acme.example"],
        operations: { score },
      });
    expect(define).toThrow(/evil\.example/);
  });

  it("has a context with types", () => {
    const score: CodeFunction<{ id: string }, number, { region: string }> = async ({ id }, ctx) => {
      expectTypeOf(ctx.settings).toEqualTypeOf<{ region: string }>();
      const answer = await ctx.http.request({ path: `/v2/${id}`, query: { all: true } });
      expectTypeOf(answer.status).toEqualTypeOf<number>();
      expectTypeOf(answer.body).toEqualTypeOf<Json>();
      // @ts-expect-error no such method can be granted
      await ctx.http.request({ method: "CONNECT", path: "/" });
      // @ts-expect-error no such class of failure
      throw ctx.fail("success", "x");
    };
    const list: CodePageFunction<Json, number> = (_, ctx) => ({ items: [ctx.page.size], next: null });
    expectTypeOf(score).toBeFunction();
    expectTypeOf(list).toBeFunction();
  });
});
