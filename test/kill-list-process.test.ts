// Pins: a kill list that the configuration names and the server's runs do not heed, or heed for ever.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type RunningMortise, startMortise, waitForOutput } from "./world/mortise-process.ts";

let folder: string;
let running: RunningMortise | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mortise-kill-"));
  chmodSync(folder, 0o711);
});
afterEach(async () => {
  running?.child.kill("SIGTERM");
  await running?.finished;
  rmSync(folder, { recursive: true, force: true });
});

test("runs of a server do not call what the kill list names, and call it when it is taken off the list", async () => {
  const killList = join(folder, "kill.json");
  const config = join(folder, "mortise.config.json");
  writeFileSync(killList, JSON.stringify({ killed: [{ connector: "postgres", reason: "It is being looked at." }] }));
  writeFileSync(
    config,
    JSON.stringify({ killList: { file: "kill.json", everyMs: 1_000, whileUnread: "refuse" }, drainMs: 2_000 }),
  );
  running = startMortise(["serve", "--demo", "--port", "0", "--data", folder, "--config", config]);
  const [, base] = await waitForOutput(running, /Open (http:\/\/127\.0\.0\.1:\d+)\/signin\?token=/);
  const headers = {
    authorization: `Bearer ${readFileSync(join(folder, "api-token"), "utf8").trim()}`,
    "content-type": "application/json",
  };
  const api = async (method: string, path: string): Promise<object> => {
    const response = await fetch(`${base}/api/v1/${path}`, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as object;
  };
  const run = async (): Promise<{ readonly status: string; readonly error?: object }> => {
    const { runId } = (await api("POST", "workflows/bird-strikes/runs")) as { runId: string };
    for (;;) {
      const { runs } = (await api("GET", "runs?workflow=bird-strikes")) as {
        runs: readonly { readonly runId: string; readonly status: string; readonly error?: object }[];
      };
      const found = runs.find((one) => one.runId === runId);
      if (found !== undefined && found.status !== "running") return found;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };

  const refused = await run();
  expect(refused.status).toBe("failed");
  expect(JSON.stringify(refused.error)).toContain("was taken out of use: It is being looked at.");
  expect(await api("GET", "runtime")).toMatchObject({ lifecycle: { killList: { state: "read", entries: 1 } } });

  writeFileSync(killList, JSON.stringify({ killed: [] }));
  await waitForOutput(running, /Lifecycle: killed \{"entries":0\}/);
  expect(await run()).toMatchObject({ status: "succeeded" });
});
