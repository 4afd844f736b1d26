// Pins: a state that is lost, half written, written after a failure, or ignored.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Contract } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";

const main = join(import.meta.dirname, "..", "bin", "mortise.mjs");

const contractOf = (origin: string): Contract => ({
  format: "mortise.contract/1",
  name: "events",
  version: "1.0.0",
  title: "Events",
  publisher: "acme",
  hosts: ["*"],
  auth: {},
  budgets: {},
  operations: {
    list: {
      title: "List events",
      effect: "read",
      idempotency: "natural",
      scopes: [],
      input: { type: "object" },
      output: { type: "object", properties: { rows: { type: "array", items: { type: "object" } } } },
      identity: ["/seq"],
      request: { method: "GET", url: { $text: `\${'${origin}'}/events` } },
      stream: { items: "/rows", resume: "none" },
      incremental: { cursor: "/seq", as: "number", param: "after" },
      outcomes: [],
      examples: [],
    },
    count: {
      title: "Count events",
      effect: "read",
      idempotency: "natural",
      scopes: [],
      input: { type: "object" },
      output: {},
      identity: [],
      request: { method: "GET", url: { $text: `\${'${origin}'}/count` } },
      outcomes: [],
      examples: [],
    },
  },
});

async function setUp() {
  let status = 200;
  const rows = [{ seq: 1 }, { seq: 2 }];
  const server = createServer((request, response) => {
    const after = Number(new URL(request.url ?? "/", "http://x").searchParams.get("after"));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ rows: rows.filter(({ seq }) => seq >= after) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "mortise-state-"));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, "contract.json"), JSON.stringify(contractOf(origin)));
  const call = async (operation: string, ...more: readonly string[]) => {
    const args = [main, "call", `${folder}/${operation}`, "--allow-egress", origin, "--json", ...more];
    const { stdout } = await promisify(execFile)(process.execPath, args).catch((error: { stdout: string }) => error);
    return JSON.parse(stdout);
  };
  return { rows, folder, call, fail: () => (status = 403) };
}

test("a read goes on from the file, which is rewritten only after success", async () => {
  const { rows, folder, call, fail } = await setUp();
  const file = join(folder, "state.json");
  expect(await call("list", "--state", file)).toMatchObject({ ok: true, output: { rows: [{ seq: 1 }, { seq: 2 }] } });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ reach: 2 });
  rows.push({ seq: 3 });
  expect(await call("list", "--state", file)).toMatchObject({ output: { rows: [{ seq: 3 }] }, meta: { state: { reach: 3 } } });
  const kept = readFileSync(file, "utf8");
  fail();
  expect(await call("list", "--state", file)).toMatchObject({ ok: false });
  expect(readFileSync(file, "utf8")).toBe(kept);
  expect(existsSync(`${file}.new`)).toBe(false);
});

test("an operation that keeps no state takes none", async () => {
  const { folder, call } = await setUp();
  expect(await call("count", "--state", join(folder, "state.json"))).toMatchObject({ ok: false, error: { code: "USAGE" } });
});
