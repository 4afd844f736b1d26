// Pins: a restart that undoes what a person changed in the demo, and demo connections that point to ports of yesterday.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { serve } from "../../src/serve.ts";
import { type Send, script } from "../support/client.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-seed-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

interface Shown {
  readonly name: string;
  readonly connector: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly auth: string;
}

const connection = async (send: Send, name: string) => {
  const { connections } = (await send("GET", "/api/v1/connections")).json<{ connections: readonly Shown[] }>();
  const found = connections.find((one) => one.name === name);
  if (!found) throw new Error(`There is no connection ${name}.`);
  return found;
};

async function change(send: Send, name: string, settings: object): Promise<void> {
  const { connector, auth, settings: before } = await connection(send, name);
  const answer = await send("PUT", `/api/v1/connections/${name}`, { connector, auth, settings: { ...before, ...settings } });
  expect(answer.status, answer.text).toBe(204);
}

test("edits and deletions outlive a restart (D1), and untouched services are found at their new ports (D2)", async () => {
  const first = await serve({ dataDir, demo: true, port: 0 });
  const send = script(first);
  await change(send, "airports", { ratePerSecond: 20 });
  await change(send, "mail", { host: "mail.example.com", port: 587 });
  expect((await send("DELETE", "/api/v1/workflows/zip-codes")).status).toBe(204);
  await expect(serve({ dataDir, port: 0 })).rejects.toMatchObject({ data: { code: "DATA_IN_USE" } });
  await expect(serve({ dataDir, port: 0 })).rejects.toThrow(first.url);
  await first.close();

  const second = await serve({ dataDir, demo: true, port: 0 });
  const again = script(second);
  expect((await connection(again, "airports")).settings).toMatchObject({ ratePerSecond: 20 });
  expect((await again("POST", "/api/v1/connections/airports/test")).json()).toMatchObject({ outcome: "success" });
  expect((await connection(again, "mail")).settings).toMatchObject({ host: "mail.example.com", port: 587 });
  expect((await again("GET", "/api/v1/workflows/zip-codes")).status).toBe(404);
  expect(second.apiToken).toBe(first.apiToken);
  expect(second.signInUrl).not.toBe(first.signInUrl);
  for (const file of ["api-token", join("keys", "local.key"), "server.lock"])
    expect(statSync(join(dataDir, file)).mode & 0o077, file).toBe(0);
  expect(JSON.parse(readFileSync(join(dataDir, "server.lock"), "utf8"))).toMatchObject({ url: second.url });
  await second.close();
});
