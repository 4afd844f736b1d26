// Pins: a call in which some items failed that looks like a success on the screen.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
  name: "bulk",
  version: "1.0.0",
  title: "Bulk",
  publisher: "acme",
  hosts: ["*"],
  auth: {},
  budgets: {},
  operations: {
    load: {
      title: "Load",
      effect: "create",
      idempotency: "none",
      scopes: [],
      input: { type: "object" },
      output: { type: "array" },
      identity: [],
      request: { method: "POST", url: `${origin}/load` },
      outcomes: [],
      itemOutcomes: { items: "", rules: [{ when: { cel: "has(item.error)" }, as: "rejected", messageFrom: "/error" }] },
      examples: [],
    },
  },
});

async function load(
  items: readonly object[],
  ...more: readonly string[]
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const server = createServer((_, response) => {
    response.writeHead(207, { "content-type": "application/json" });
    response.end(JSON.stringify(items));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const folder = mkdtempSync(join(tmpdir(), "mortise-items-"));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, "contract.json"), JSON.stringify(contractOf(origin)));
  return promisify(execFile)(process.execPath, [main, "call", `${folder}/load`, "--allow-egress", origin, ...more]);
}

test("items that failed are listed beside the output, the first twenty and how many more", async () => {
  const { stdout, stderr } = await load([{ id: 1 }, ...Array.from({ length: 22 }, (_, index) => ({ error: `no ${index}` }))]);
  expect(JSON.parse(stdout)).toHaveLength(23);
  const lines = stderr.trim().split("\n");
  expect(lines.slice(-22)).toEqual([
    "22 items failed:",
    ...Array.from({ length: 20 }, (_, index) => `  item ${index + 1}: poison CALL_REJECTED no ${index}`),
    "  and 2 more; see --json",
  ]);
});

test("as JSON they are part of the result's meta", async () => {
  const { stdout } = await load([{ id: 1 }, { error: "no" }], "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    meta: { itemFailureCount: 1, itemFailures: [{ index: 1, outcome: "poison", code: "CALL_REJECTED", message: "no" }] },
  });
});
