// Pins: commands of the vault that say "done" in prose only, or that exit 0 over an audit that was changed.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Host, openHost } from "@mortise/server";
import { afterAll, beforeAll, expect, test } from "vitest";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-cli-vault-"));
const bin = join(import.meta.dirname, "..", "bin", "mortise.mjs");
let host: Host;

beforeAll(async () => {
  const first = await openHost({ dataDir, deployment: {}, log: () => {} });
  const draft = { connector: "http", settings: {}, auth: "bearer", credential: { token: "s3cret-of-ours" } };
  await first.store.connections.put("crm", draft);
  await first.store.connections.readCredential("crm", { purpose: "export", actor: "ada" });
  await first.close();
  host = await openHost({ dataDir, deployment: {}, log: () => {} });
}, 60_000);
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

function mortise(...args: readonly string[]): Promise<Ran> {
  const { MORTISE_KEY: _, MORTISE_CONFIG: __, ...env } = process.env;
  return new Promise((resolve) =>
    execFile(process.execPath, [bin, ...args, "--data", dataDir], { env, cwd: dataDir }, (error, stdout, stderr) =>
      resolve({ exit: error ? Number(error.code) : 0, stdout, stderr }),
    ),
  );
}

const asked = async (...args: readonly string[]) => {
  const { exit, stdout } = await mortise(...args, "--json");
  return { exit, ...(JSON.parse(stdout) as Record<string, unknown>) } as { exit: number; [fact: string]: unknown };
};

test("a key goes from active to destroyed with the commands alone, and the secret stays", async () => {
  const before = await asked("vault", "status");
  expect(before).toMatchObject({ exit: 0, ok: true, provider: { kind: "file" }, keys: [{ state: "active", secrets: 1 }] });
  const old = (before.keys as readonly { id: string }[])[0]?.id as string;
  const rotated = await asked("vault", "rotate");
  expect(rotated).toMatchObject({ exit: 0, ok: true, done: 1, total: 1, refused: [], unused: [old] });
  expect(await asked("vault", "destroy", old, "--approver", "ada")).toMatchObject({ exit: 1, error: { code: "NOT_ALLOWED" } });
  expect(await asked("vault", "disable", old)).toMatchObject({ exit: 0, secrets: 0 });
  expect(await asked("vault", "destroy", old, "--approver", "ada")).toMatchObject({ exit: 0, destroyed: false });
  expect(await asked("vault", "destroy", old, "--approver", "grace")).toMatchObject({ exit: 0, destroyed: true });
  const after = await mortise("vault", "status");
  expect(after).toMatchObject({ exit: 0 });
  expect(after.stdout).toMatch(new RegExp(`${old} {2}destroyed {2}0 secrets`));
  expect(after.stdout).toMatch(/active {2}1 secrets/);
}, 240_000);

test("doctor names the provider and the active key", async () => {
  const { stdout } = await mortise("doctor");
  expect(stdout).toMatch(/✓ vault: file keys \(.*local\.key\), active [0-9a-f]{16}, 2 in all/);
  const configFile = join(dataDir, "transit.json");
  writeFileSync(configFile, JSON.stringify({ vault: { provider: "transit", key: "mortise", address: "http://127.0.0.1:9" } }));
  const without = await mortise("doctor", "--config", configFile);
  expect(without).toMatchObject({ exit: 1 });
  expect(without.stdout).toMatch(/✗ vault: transit keys: .*token/);
}, 120_000);

test("the audit is verified without a key, its head is shown, and the first bad entry ends with exit code 1", async () => {
  const good = await asked("audit", "verify");
  expect(good).toMatchObject({ exit: 0, ok: true, bad: [], tenants: [{ tenant: "default" }] });
  const [{ head }] = good.tenants as readonly [{ head: { seq: number; hash: string } }];
  expect(await asked("audit", "verify", "--head", `${head.seq}:${head.hash}`)).toMatchObject({ exit: 0 });
  expect(await asked("audit", "verify", "--head", "latest")).toMatchObject({ exit: 2, error: { code: "USAGE" } });
  const { rows } = await host.pool.query<{ event: object }>("select event from mortise.audit order by seq");
  expect(JSON.stringify(rows)).not.toContain("s3cret-of-ours");
  const actions = rows.map(({ event }) => (event as { action: string }).action);
  expect(actions.slice(0, 3)).toEqual(["credential.stored", "lease.granted", "lease.ended"]);
  expect(actions.filter((action) => action.startsWith("key."))).toEqual([
    "key.created",
    "key.rewrapped",
    "key.disabled",
    "key.approved",
    "key.approved",
    "key.destroyed",
  ]);
  await host.pool.query("update mortise.audit set event = replace(event::text, 'ada', 'bob')::json where seq = 2");
  expect(await asked("audit", "verify")).toMatchObject({
    exit: 1,
    ok: false,
    bad: [{ tenant: "default", seq: 2 }],
    error: { code: "AUDIT_BROKEN", message: expect.stringContaining("entry 2") },
  });
  const text = await mortise("audit", "verify");
  expect(text).toMatchObject({ exit: 1 });
  expect(text.stdout).toContain("✗ default, entry 2");
}, 60_000);
