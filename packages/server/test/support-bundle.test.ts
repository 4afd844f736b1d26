// Pins: a support bundle that lets whoever reads it in, or that says nothing of what is wrong.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Host, openHost } from "../src/host/open-host.ts";
import { supportBundle } from "../src/support/support-bundle.ts";

let dataDir: string;
let host: Host;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "mortise-support-"));
  host = await openHost({ dataDir, deployment: {}, log: () => undefined });
}, 60_000);

afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test("a support bundle names connections, failed runs and what is wrong with them, and holds no secret and no setting's value", async () => {
  const { connections, runs, workflows } = host.store;
  await connections.put("crm", {
    connector: "http@1",
    settings: { baseUrl: "https://crm.internal.example" },
    auth: "bearer",
    credential: { token: "credential-of-the-crm-4711" },
  });
  const document = { format: "mortise.workflow/1", name: "Nightly", trigger: { use: "manual" }, nodes: {} } as const;
  const id = await workflows.create(document);
  await runs.note({ runId: "run-1", workflowId: id ?? "", revision: 1, trigger: "manual", document });
  const leaked = "crm said: Bearer abcdefghijklmnop1234567890 is wrong, see https://ada:pass-word-1@crm.example/";
  await runs.ended("run-1", "failed", { code: "AUTH_FAILED", message: leaked }, Date.now());
  await host.pool.query(
    "insert into mortise.connection_events (connection, from_state, to_state, reason) values ('crm', 'ok', 'needs_reauth', $1)",
    [JSON.stringify({ code: "AUTH_FAILED", message: "the grant has ended", refresh_token: "short" })],
  );

  const bundle = await supportBundle({ dataDir });
  expect(bundle).toMatchObject({
    format: "mortise.support/1",
    connections: [{ name: "crm", connector: "http@1", sign_in: "bearer", settings: ["baseUrl"], has_credential: true }],
    connectionEvents: [{ connection: "crm", to_state: "needs_reauth", reason: { message: "the grant has ended" } }],
    runs: [{ id: "run-1", workflow_name: "Nightly", status: "failed", error: { code: "AUTH_FAILED" } }],
  });
  expect(bundle.database.rows).toMatchObject({ connections: 1, runs: 1, credentials: 1 });
  expect(bundle.audit.length).toBeGreaterThan(0);
  const text = JSON.stringify(bundle);
  for (const secret of [
    "credential-of-the-crm-4711",
    "abcdefghijklmnop1234567890",
    "pass-word-1",
    "short",
    "crm.internal.example",
  ])
    expect(text.includes(secret), secret).toBe(false);
});
