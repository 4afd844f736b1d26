// Pins: a connection that stopped working while its owner was told nothing, or told over and over.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { type Send, script } from "../support/client.ts";
import { type DeskVendor, desk, deskVendor } from "./desk.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-events-"));
const lines: string[] = [];
let vendor: DeskVendor;
let served: Served;
let send: Send;

beforeAll(async () => {
  vendor = await deskVendor();
  served = await serve({
    dataDir,
    port: 0,
    connectors: [desk],
    deployment: { egress: { allow: [vendor.origin] }, notify: { url: `${vendor.origin}/notices` } },
    log: (line) => lines.push(line),
  });
  send = script(served);
});
afterAll(async () => {
  await served?.close();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Events {
  readonly events: readonly {
    readonly id: number;
    readonly connection: string;
    readonly to: string;
    readonly reason: { readonly code: string };
  }[];
  readonly next: number;
}
const events = async (after = 0) =>
  (await send("GET", `/api/v1/connections/events?after=${after}`)).json<Events & Record<string, unknown>>();
const tryOut = (name: string) => send("POST", `/api/v1/connections/${name}/test`, {});
const put = (name: string, auth: string, credential: object) =>
  send("PUT", `/api/v1/connections/${name}`, { connector: "desk", settings: { baseUrl: vendor.origin }, auth, credential });

test("an owner is told once that a key is refused, until it works again", async () => {
  vendor.key = "key-of-the-owner-1";
  expect((await put("keyed", "key", { apiKey: "key-of-the-owner-1" })).status).toBe(204);
  await tryOut("keyed");
  expect((await events()).events).toEqual([]);

  vendor.key = "key-of-the-owner-2";
  for (let times = 0; times < 3; times++) await tryOut("keyed");
  const first = await events();
  expect(first.events).toMatchObject([{ connection: "keyed", from: "ok", to: "needs_reauth", reason: { code: "AUTH_FAILED" } }]);
  expect(lines.filter((line) => line.includes('"keyed" needs its owner: needs_reauth'))).toHaveLength(1);
  await expect
    .poll(() => vendor.notices)
    .toMatchObject([{ type: "connection.needs_owner", connection: "keyed", to: "needs_reauth" }]);

  expect((await put("keyed", "key", { apiKey: "key-of-the-owner-2" })).status).toBe(204);
  await tryOut("keyed");
  vendor.key = "key-of-the-owner-3";
  await tryOut("keyed");
  const second = await events(first.next);
  expect(second.events).toMatchObject([{ connection: "keyed", to: "needs_reauth" }]);
  expect(JSON.stringify([first, second, lines, vendor.notices])).not.toContain("key-of-the-owner");
});

test("a refresh token that was taken back makes a connection revoked, with one event however often it is tried", async () => {
  const { next } = await events();
  await put("help", "login", { clientId: "app", clientSecret: "secret-of-the-app", refreshToken: "refresh-taken-back" });
  for (let times = 0; times < 3; times++) await tryOut("help");
  expect((await events(next)).events).toMatchObject([{ connection: "help", to: "revoked", reason: { code: "invalid_grant" } }]);
  const list = (await send("GET", "/api/v1/connections")).json<{ connections: { name: string; health: { state: string } }[] }>();
  expect(list.connections.find(({ name }) => name === "help")?.health.state).toBe("revoked");
});

test("events are for those who are signed in", async () => {
  const answer = await fetch(`${served.url}/api/v1/connections/events`);
  expect(answer.status).toBe(401);
});
