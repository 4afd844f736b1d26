// Pins: a refresh token that can be used once and is lost with the process, or that overwrites what the owner has entered since.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../../src/serve.ts";
import { type Send, script } from "../support/client.ts";

const desk: Connector = {
  natives: {},
  contract: {
    format: "mortise.contract/1",
    name: "desk",
    version: "1.0.0",
    title: "Desk",
    publisher: "acme",
    settings: { type: "object", properties: { baseUrl: { type: "string" } }, required: ["baseUrl"] },
    hosts: ["{settings.baseUrl}"],
    auth: {
      login: {
        kind: "oauth2",
        grant: "authorization_code",
        authorizeUrl: "{settings.baseUrl}/authorize",
        tokenUrl: "{settings.baseUrl}/token",
        rotation: "single_use",
        test: { operation: "whoAmI" },
      },
    },
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
        request: { method: "GET", url: { $text: "${settings.baseUrl}/me" } },
      },
    },
  },
};

const dataDir = mkdtempSync(join(tmpdir(), "mortise-renewed-"));
let vendor: Server;
let origin = "";
let grants = 0;

beforeAll(async () => {
  vendor = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const isToken = request.url === "/token";
    const good = isToken
      ? form.get("refresh_token") === `refresh-${grants}`
      : request.headers.authorization === `Bearer access-${grants}`;
    response.writeHead(good ? 200 : isToken ? 400 : 401, { "content-type": "application/json" });
    if (isToken && good) grants++;
    const token = { access_token: `access-${grants}`, refresh_token: `refresh-${grants}` };
    response.end(JSON.stringify(good ? (isToken ? token : {}) : { error: "invalid_grant" }));
  });
  await new Promise<void>((resolve) => vendor.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => vendor.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});

/** A server over the same folder, for as long as `use` takes. */
async function during(use: (send: Send) => Promise<void>): Promise<void> {
  const served = await serve({ dataDir, port: 0, connectors: [desk], deployment: { egress: { allow: [origin] } } });
  try {
    await use(script(served));
  } finally {
    await served.close();
  }
}

const client = { clientId: "app", clientSecret: "secret-of-the-app" };
const put = (send: Send, credential: object) =>
  send("PUT", "/api/v1/connections/help", { connector: "desk", settings: { baseUrl: origin }, auth: "login", credential });
const testIt = async (send: Send) =>
  (await send("POST", "/api/v1/connections/help/test", {})).json() as { readonly outcome: string };

test("renewed tokens outlive the process, and what the owner enters takes their place", async () => {
  await during(async (send) => {
    expect((await put(send, { ...client, refreshToken: "refresh-0" })).status).toBe(204);
    expect(await testIt(send)).toMatchObject({ outcome: "success" });
  });
  expect(grants).toBe(1);
  await during(async (send) => {
    expect(await testIt(send)).toMatchObject({ outcome: "success" });
    expect(grants).toBe(1);
    grants = 7;
    expect(await testIt(send)).toMatchObject({ outcome: "fault" });
    expect((await put(send, { ...client, refreshToken: "refresh-7" })).status).toBe(204);
    expect(await testIt(send)).toMatchObject({ outcome: "success" });
  });
  expect(grants).toBe(8);
}, 60_000);
