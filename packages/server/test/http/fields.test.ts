// Pins: choices of a field that anybody can ask for, that show a credential, or whose errors a form cannot tell.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operation } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script, stranger } from "../support/client.ts";

const read: Operation = {
  title: "Read",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  input: { type: "object" },
  output: {},
  identity: [],
  outcomes: [],
  examples: [],
};
const inTeam = { team: { $cel: "input.team" } };
const chat: Connector = {
  natives: {},
  contract: {
    format: "mortise.contract/1",
    name: "chat",
    version: "1.0.0",
    title: "Chat",
    publisher: "acme",
    settings: { type: "object", properties: { baseUrl: { type: "string" } }, required: ["baseUrl"] },
    hosts: ["{settings.baseUrl}"],
    auth: { token: { kind: "bearer" } },
    budgets: {},
    operations: {
      listRooms: {
        ...read,
        input: { type: "object", properties: { team: { type: "string" } }, required: ["team"] },
        request: { method: "GET", url: { $text: "${settings.baseUrl}/rooms" }, query: { $cel: "input" } },
      },
      say: {
        ...read,
        effect: "send",
        idempotency: "none",
        request: { method: "POST", url: { $text: "${settings.baseUrl}/say" }, body: { $cel: "input" } },
        input: {
          type: "object",
          properties: {
            room: { type: "string", "x-options": { operation: "listRooms", with: inTeam, value: "/id", label: "/name" } },
            extra: {
              type: "object",
              "x-fields": { operation: "listRooms", with: inTeam, schema: { $cel: "output.map(r, {'key': r.id})" } },
            },
          },
        },
      },
    },
  },
};

const dataDir = mkdtempSync(join(tmpdir(), "mortise-fields-"));
let vendor: Server;
const asked: (string | null)[] = [];
let served: Served;
let send: Send;

beforeAll(async () => {
  vendor = createServer(({ url, headers }, response) => {
    const team = new URL(url ?? "/", "http://vendor").searchParams.get("team");
    asked.push(team);
    response.writeHead(team === "locked" ? 403 : 200, { "content-type": "application/json" });
    response.end(
      JSON.stringify(team === "locked" ? { message: `no rooms for ${headers.authorization}` } : [{ id: "r1", name: team }]),
    );
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
  served = await serve({ dataDir, port: 0, connectors: [chat], deployment: { egress: { allow: [origin] } } });
  send = script(served);
  const connection = { connector: "chat", settings: { baseUrl: origin }, credential: { token: "tok-7f3a91c2" } };
  expect((await send("PUT", "/api/v1/connections/team-chat", connection)).status).toBe(204);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await new Promise((resolve) => vendor.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});

const room = { operation: "chat/say", connection: "team-chat", field: "/properties/room", input: { team: "red" } };
const ask = (body: object) => send("POST", "/api/v1/catalog/options", body);

test("gives choices and shapes by the name of a connection", async () => {
  const options = await ask({ ...room, search: "", cursor: null });
  expect({ status: options.status, body: options.json() }).toEqual({
    status: 200,
    body: { options: [{ value: "r1", label: "red" }], next: null },
  });
  const fields = await send("POST", "/api/v1/catalog/fields", { ...room, field: "/properties/extra" });
  expect(fields.json()).toEqual({ schema: { type: "object", properties: { r1: { type: "string", "x-order": 0 } } } });
});

test("asks no longer than whoever asks waits, which it says as the time that is left", async () => {
  const waiting = (ms: string, team: string) =>
    send("POST", "/api/v1/catalog/options", { ...room, input: { team } }, { "mortise-remaining-ms": ms });
  // Too little for any attempt.
  const late = await waiting("50", "late");
  expect(late.json()).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  expect((await waiting("60000", "early")).status).toBe(200);
  expect((await waiting("soon", "junk")).status).toBe(200);
  expect(asked).not.toContain("late");
});

test("says what to fill in first, and which field", async () => {
  const answer = await ask({ ...room, input: {} });
  expect(answer.status).toBe(422);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  expect(answer.json()).toMatchObject({
    code: "INVALID_INPUT",
    detail: '"room" depends on "team", which has no value yet.',
    remedy: 'Fill in "team" first.',
    path: "/team",
  });
});

test("passes on what the vendor says, without the credential it echoes", async () => {
  const answer = await ask({ ...room, input: { team: "locked" } });
  expect(answer.json()).toMatchObject({ status: 422, code: "AUTH_FAILED", detail: expect.stringContaining("no rooms for") });
  expect(answer.text).not.toContain("7f3a91c2");
});

test("refuses what it does not know, as other places do", async () => {
  expect(await ask({ ...room, field: "/properties/nothing" })).toMatchObject({ status: 400 });
  expect(await ask({ ...room, connection: "nobody" })).toMatchObject({ status: 404 });
  expect(await ask({ ...room, operation: "nobody/say" })).toMatchObject({ status: 404 });
  expect(await ask({ ...room, operation: "chat" })).toMatchObject({ status: 400 });
  expect(await ask({ ...room, tenant: "other" })).toMatchObject({ status: 400 });
  expect(await ask({ field: "/properties/room" })).toMatchObject({ status: 400 });
});

test("answers nobody who is not signed in", async () => {
  const nobody = stranger(served, { "x-mortise": "1" });
  for (const path of ["options", "fields"])
    expect((await nobody("POST", `/api/v1/catalog/${path}`, room)).status, path).toBe(401);
});
