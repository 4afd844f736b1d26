// Pins: a way around the kill list: a retry, a delivery, a page, a connection that is being made.
import type { Contract, Json } from "@mortise/contract";
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type KillList } from "../../src/index.ts";
import { json, loopback } from "../loopback.ts";
import { patientClock } from "../patient-clock.ts";
import { at, connectionTo, connectorOf } from "../sample-connector.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const KILLED: KillList = { killed: [{ connector: "sample", reason: "test" }] };

describe("what is killed", () => {
  it("is not tried again", async () => {
    const clock = patientClock();
    let list: KillList = { killed: [] };
    let changed = (): void => undefined;
    const server = await loopback((_, response) => {
      list = KILLED;
      changed();
      json(response, {}, 503);
    });
    const runtime = createRuntime({
      connectors: [connectorOf({ find: { request: { method: "GET", url: at("/") } } })],
      egress: { allow: [server.origin] },
      clock,
      killList: {
        source: { read: () => list },
        watch: (tell) => {
          changed = tell;
          return () => undefined;
        },
      },
    });
    open.push(server, runtime);
    let code: string | undefined;
    const going = runtime.call("sample/find", { connection: connectionTo(server.origin), input: null }).then((result) => {
      code = result.outcome === "success" ? "success" : result.error.code;
    });
    while (code === undefined) await clock.pass(1_000);
    await going;
    expect(code).toBe("CONNECTOR_KILLED");
    expect(server.seen).toHaveLength(1);
  });

  it("yields no further page, takes in no delivery and makes no connection", async () => {
    let list: KillList = { killed: [] };
    const clock = patientClock();
    const connector = connectorOf(
      { pages: { native: { reason: "test", uses: [] }, output: { type: "array" }, stream: { items: "", resume: "cursor" } } },
      { triggers: { hook: { kind: "webhook" } } } as unknown as Partial<Contract>,
      {
        pages: {
          async *stream() {
            for (let page = 1; page <= 3; page++) yield { items: [page], next: page as Json };
          },
        },
      } as never,
    );
    const runtime = createRuntime({ connectors: [connector], clock, killList: { source: { read: () => list }, everyMs: 1_000 } });
    open.push(runtime);
    const pages = runtime.stream("sample/pages", { input: null })[Symbol.asyncIterator]();
    expect((await pages.next()).value).toMatchObject({ items: [1] });
    list = KILLED;
    await clock.pass(2_000);

    await expect(pages.next()).rejects.toMatchObject({ code: "CONNECTOR_KILLED" });
    const delivery = { headers: {}, query: {}, rawBody: "{}", nowMs: clock.now(), secret: "" };
    expect(() => runtime.receiveWebhook("sample/hook", delivery)).toThrow("sample@1.0.0/hook was taken out of use: test");
    const asked = { connection: connectionTo("http://127.0.0.1:1"), redirectUri: "https://app.example/callback" };
    await expect(runtime.startAuthorization(asked as never)).rejects.toMatchObject({ code: "CONNECTOR_KILLED" });
  });
});
