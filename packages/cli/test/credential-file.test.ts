// Pins: a connections file whose refresh token was used up by one call, or a secret of the environment that is written to disk.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Contract } from "@mortise/contract";
import { createRuntime } from "@mortise/runtime";
import { expect, onTestFinished, test } from "vitest";
import { versionOf } from "../src/begun-renewals.ts";
import { credentialFile } from "../src/credential-file.ts";
import { readConnectionFile, readConnectionsFile } from "../src/read-connections.ts";

const client = { clientId: "app", clientSecret: "secret-of-the-app" };

/** A vendor whose refresh tokens work once, and a connector for it. */
async function openVendor() {
  let grants = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const isToken = request.url === "/token";
    const good = !isToken || new URLSearchParams(body).get("refresh_token") === `refresh-${grants}`;
    if (isToken && good) grants++;
    response.writeHead(good ? 200 : 400, { "content-type": "application/json" });
    const token = { access_token: `access-${grants}`, refresh_token: `refresh-${grants}` };
    response.end(JSON.stringify(good ? token : { error: "invalid_grant" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "mortise-credential-"));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "desk",
    version: "1.0.0",
    title: "Desk",
    publisher: "acme",
    hosts: ["*"],
    auth: { login: { kind: "oauth2", grant: "authorization_code", tokenUrl: `${origin}/token`, rotation: "single_use" } },
    budgets: {},
    operations: {
      whoAmI: {
        title: "Who am I",
        effect: "read",
        idempotency: "natural",
        scopes: [],
        input: { type: "object" },
        output: {},
        identity: [],
        outcomes: [],
        examples: [],
        request: { method: "GET", url: `${origin}/me` },
      },
    },
  };
  return { contract, origin, folder, grants: () => grants };
}

test("a renewed refresh token goes back into the file, for one connection or among many, and works the next time", async () => {
  const { contract, origin, folder, grants } = await openVendor();
  const file = join(folder, "connections.json");
  const other = { connector: "http", settings: { baseUrl: "https://a.example" } };
  writeFileSync(
    file,
    JSON.stringify({ other, help: { connector: "desk", credential: { ...client, refreshToken: "refresh-0" } } }),
    {
      mode: 0o600,
    },
  );
  for (const round of [1, 2]) {
    const connections = await readConnectionsFile(file);
    const runtime = createRuntime({
      connectors: [{ contract, natives: {} }],
      connections: async (name) => connections.get(name),
      egress: { allow: [origin] },
      credentialStore: credentialFile(
        file,
        (root, name) => root[name],
        () => undefined,
      ),
    });
    expect(await runtime.call("desk/whoAmI", { connection: "help", input: {} })).toMatchObject({ outcome: "success" });
    await runtime.close();
    expect([round, grants()]).toEqual([round, 1]);
  }
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    other,
    help: { connector: "desk", credential: { ...client, refreshToken: "refresh-1", accessToken: "access-1" } },
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("two processes that share a file spend its refresh token once", async () => {
  const { contract, origin, folder, grants } = await openVendor();
  const file = join(folder, "connection.json");
  writeFileSync(file, JSON.stringify({ credential: { ...client, refreshToken: "refresh-0" } }), { mode: 0o600 });
  const connection = await readConnectionFile(file, "desk");
  const calls = Array.from({ length: 4 }, async () => {
    const runtime = createRuntime({
      connectors: [{ contract, natives: {} }],
      egress: { allow: [origin] },
      credentialStore: credentialFile(
        file,
        (root) => root,
        () => undefined,
      ),
    });
    const result = await runtime.call("desk/whoAmI", { connection, input: {} });
    await runtime.close();
    return result.outcome;
  });
  expect(await Promise.all(calls)).toEqual(Array(4).fill("success"));
  expect(grants()).toBe(1);
  expect(readdirSync(folder)).toEqual(["connection.json"]);
});

test("a process that died while it renewed leaves a note, and its lock holds up nobody", async () => {
  const { contract, origin, folder } = await openVendor();
  const file = join(folder, "connection.json");
  const stored = { ...client, refreshToken: "refresh-spent" };
  writeFileSync(file, JSON.stringify({ credential: stored }), { mode: 0o600 });
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  writeFileSync(`${file}.lock`, JSON.stringify({ pid: dead, host: hostname(), id: "of-the-dead" }));
  writeFileSync(`${file}.renewing`, JSON.stringify({ inline: { version: versionOf(stored), sinceMs: 1 } }));
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    egress: { allow: [origin] },
    credentialStore: credentialFile(
      file,
      (root) => root,
      () => undefined,
    ),
  });
  onTestFinished(() => runtime.close());
  const result = await runtime.call("desk/whoAmI", { connection: await readConnectionFile(file, "desk"), input: {} });
  expect(result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED", nativeCode: "ambiguous" } });
  expect(existsSync(`${file}.lock`)).toBe(false);
});

test("a refresh token that the environment holds is not written to disk, and a warning says that it was replaced", async () => {
  const { contract, origin, folder } = await openVendor();
  const file = join(folder, "connection.json");
  const text = JSON.stringify({ credential: { ...client, refreshToken: { $env: "MORTISE_TEST_REFRESH" } } });
  writeFileSync(file, text);
  process.env.MORTISE_TEST_REFRESH = "refresh-0";
  onTestFinished(() => {
    delete process.env.MORTISE_TEST_REFRESH;
  });
  const warnings: string[] = [];
  const runtime = createRuntime({
    connectors: [{ contract, natives: {} }],
    egress: { allow: [origin] },
    credentialStore: credentialFile(
      file,
      (root) => root,
      (line) => warnings.push(line),
    ),
  });
  onTestFinished(() => runtime.close());
  const connection = await readConnectionFile(file, "desk");
  expect(await runtime.call("desk/whoAmI", { connection, input: {} })).toMatchObject({ outcome: "success" });
  expect(readFileSync(file, "utf8")).toBe(text);
  expect(warnings).toEqual([expect.stringContaining("was replaced")]);
  expect(warnings.join()).not.toContain("refresh-1");
});
