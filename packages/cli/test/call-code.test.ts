// Pins: a recording that holds a secret or does not replay, values of code that are lost between calls, and a place that is not the author's.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeCodeConnector } from "./code-connector.ts";

const main = join(import.meta.dirname, "..", "bin", "mortise.mjs");
const KEY = "the-key-of-the-connection-4711";
const NOTE = "a-note-that-nobody-may-see";

const folder = mkdtempSync(join(tmpdir(), "mortise-code-"));
const at = (name: string): string => join(folder, name);
let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  const size = request.url?.endsWith("empty") ? null : 21;
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ size, echo: request.headers["x-api-key"] }));
});
let origin = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  writeCodeConnector(at("scores"), port);
  writeFileSync(at("connection.json"), JSON.stringify({ settings: { host: "127.0.0.1" }, credential: { apiKey: KEY } }));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function mortise(...args: readonly string[]) {
  const ran = await promisify(execFile)(process.execPath, [main, ...args, "--json"]).catch((error: { stdout: string }) => error);
  return JSON.parse(ran.stdout);
}

const score = (domain: string, ...more: readonly string[]) =>
  mortise(
    "call",
    `${at("scores")}/score`,
    ...["--input", JSON.stringify({ domain, base: origin, note: NOTE })],
    ...["--connection", at("connection.json"), "--allow-egress", origin],
    ...more,
  );
const replay = (connector: string, file: string) => mortise("call", `${at(connector)}/score`, "--replay", at(file));

it("keeps what code puts away, and replays offline what was recorded, without a secret in it", async () => {
  writeFileSync(at("state.json"), JSON.stringify({ times: { value: 4, version: 1 } }));
  const done = await score("acme.example", "--state", at("state.json"), "--record", at("done.json"));
  expect(done).toMatchObject({ ok: true, output: { score: 42, times: 5 } });
  expect(JSON.parse(readFileSync(at("state.json"), "utf8"))).toEqual({ times: { value: 5, version: 2 } });
  const before = requests;
  expect(await replay("scores", "done.json")).toMatchObject({ ok: true, output: done.output });
  expect(requests).toBe(before);
  const recorded = readFileSync(at("done.json"), "utf8");
  expect(recorded).toContain("acme.example");
  expect(recorded).not.toContain(KEY);
  expect(recorded).not.toContain(NOTE);
});

it("shows a failure at the line and column of the author's source, and again when it is replayed", async () => {
  const failure = {
    ok: false,
    outcome: "poison",
    error: {
      code: "CODE_FAILED",
      message: "scores/score failed at src/code/score.ts:21:15: RangeError: empty has no size",
      detail: { file: "src/code/score.ts", line: 21, column: 15 },
    },
  };
  expect(await score("empty", "--record", at("failed.json"))).toMatchObject(failure);
  expect(await replay("scores", "failed.json")).toMatchObject(failure);
});

it("says so where code asks something else than it did when it was recorded", async () => {
  cpSync(at("scores"), at("changed"), { recursive: true });
  const file = at("changed/src/code/score.ts");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll('"times"', '"count"'));
  expect(await replay("changed", "failed.json")).toMatchObject({
    ok: false,
    error: {
      code: "CODE_FAILED",
      message: expect.stringContaining('Question 2 is state.get ["count"]'),
      remedy: expect.stringContaining("record"),
    },
  });
});
