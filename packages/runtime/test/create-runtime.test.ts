// Pins: the main path of a call, declarative and native, and that every failure is a result, never a throw.
import { afterEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime } from "../src/index.ts";
import { json, type Loopback, loopback } from "./loopback.ts";
import { at, connectionTo, connectorOf } from "./sample-connector.ts";

const open: (Loopback | Runtime)[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

describe("a call", () => {
  it("sends what the contract says and returns what the answer holds", async () => {
    const server = await loopback((_, response) => json(response, { id: "c1", extra: true }));
    const connector = connectorOf({
      createContact: {
        effect: "create",
        idempotency: { key: "header", name: "Idempotency-Key" },
        input: {
          type: "object",
          required: ["email"],
          properties: { email: { type: "string" }, plan: { type: "string", default: "free" } },
        },
        request: {
          method: "POST",
          url: { $text: "${settings.baseUrl}/users/${input.email}/contacts" },
          query: { verbose: true, tag: ["a", "b"], none: null },
          headers: { "X-Plan": { $cel: "input.plan" } },
          body: { mail: { $cel: "input.email" } },
          output: { id: { $cel: "response.body.id" }, status: { $cel: "response.status" } },
        },
      },
    });
    const runtime = createRuntime({ connectors: [connector], egress: { allow: [server.origin] } });
    open.push(server, runtime);

    const result = await runtime.call("sample@1/createContact", {
      connection: connectionTo(server.origin),
      input: { email: "ada@example.com" },
      idempotencyKey: "key-1",
    });

    expect(result).toMatchObject({ outcome: "success", output: { id: "c1", status: 200 }, meta: { attempts: 1 } });
    expect(server.seen).toMatchObject([
      {
        method: "POST",
        url: "/users/ada%40example.com/contacts?verbose=true&tag=a&tag=b",
        headers: { "x-plan": "free", "idempotency-key": "key-1", "content-type": "application/json" },
        body: '{"mail":"ada@example.com"}',
      },
    ]);
  });

  it("runs an operation's own code with settings and credential", async () => {
    const connector = connectorOf(
      { greet: { native: { reason: "test", uses: [] }, output: { type: "object", required: ["text"] } } },
      { auth: { key: { kind: "apiKey", in: "header", name: "X-Key" } } },
      {
        greet: {
          call: async (input: { name: string }, ctx: { credential: { apiKey?: string } }) => ({
            text: `${input.name} ${ctx.credential.apiKey?.length}`,
          }),
        },
      },
    );
    const runtime = createRuntime({ connectors: [connector] });
    open.push(runtime);
    const connection = connectionTo("", { credential: { apiKey: "0123456789" } });
    const result = await runtime.call("sample/greet", { connection, input: { name: "Ada" } });
    expect(result).toMatchObject({ outcome: "success", output: { text: "Ada 10" } });
  });

  it("says what is wrong with names, connections and input", async () => {
    const connector = connectorOf(
      { find: { input: { type: "object", properties: { n: { type: "number" } } }, request: { method: "GET", url: at("/") } } },
      { auth: { key: { kind: "apiKey", in: "header", name: "X-Key" } } },
    );
    const runtime = createRuntime({ connectors: [connector], connections: async () => undefined });
    open.push(runtime);
    const code = async (use: string, request: Parameters<Runtime["call"]>[1]) => {
      const result = await runtime.call(use, request);
      return result.outcome === "success" ? "success" : `${result.outcome} ${result.error.code}`;
    };
    const connection = connectionTo("https://example.com", { credential: { apiKey: "0123456789" } });
    expect(await code("smaple/find", { input: {} })).toBe("fault CONNECTOR_NOT_FOUND");
    expect(await code("sample/fnid", { input: {} })).toBe("fault UNKNOWN_OPERATION");
    expect(await code("sample/find", { input: {} })).toBe("fault MISSING_CONNECTION");
    expect(await code("sample/find", { input: {}, connection: "crm" })).toBe("fault CONNECTION_NOT_FOUND");
    expect(await code("sample/find", { input: {}, connection: { ...connection, connector: "other" } })).toBe(
      "fault MISCONFIGURED",
    );
    expect(await code("sample/find", { input: {}, connection: { ...connection, credential: {} } })).toBe("fault AUTH_FAILED");
    expect(await code("sample/find", { input: {}, connection: { ...connection, paused: "revoked" } })).toBe(
      "fault CONNECTION_PAUSED",
    );
    expect(await code("sample/find", { input: { n: "1" }, connection })).toBe("poison INVALID_INPUT");
    await expect(runtime.call("nonsense", { input: {} })).rejects.toMatchObject({ code: "USAGE" });
  });
});
