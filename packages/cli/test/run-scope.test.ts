// Pins what processes of `mortise run` do to each other in one data folder: a run that was killed is nobody's but its own, and two
// processes with one run id are one run.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";

const main = join(import.meta.dirname, "..", "bin", "mortise.mjs");
const folder = mkdtempSync(join(tmpdir(), "mortise-cli-"));
const posts: string[] = [];
const children: ChildProcess[] = [];

const server = createServer((request, response) => {
  posts.push(request.url ?? "");
  setTimeout(() => response.writeHead(201, { "content-type": "application/json" }).end('{"id":7}'), 2_000);
});

function run(file: string, runId: string) {
  const allow = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const args = [main, "run", file, "--run", runId, "--data", "journal", "--allow-egress", allow, "--json"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return {
    child,
    ended: ended.then(([stdout, stderr, [code]]) => ({ code, stderr, result: stdout ? JSON.parse(stdout) : null })),
  };
}

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const workflow = (name: string) => ({
    format: "mortise.workflow/1",
    name,
    trigger: { use: "manual" },
    nodes: { add: { use: "http/post", with: { url: `http://127.0.0.1:${port}/${name}`, body: {}, idempotencyHeader: "Key" } } },
    output: { id: { $cel: "steps.add.output.body.id" } },
  });
  for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.json`), JSON.stringify(workflow(name)));
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

test("a run that was killed waits for its own id, and goes on once when two ask for it", async () => {
  const killed = run("a.json", "run-a");
  await expect.poll(() => posts, { timeout: 20_000 }).toEqual(["/a"]);
  killed.child.kill("SIGKILL");
  await killed.ended;

  expect(await run("b.json", "run-b").ended).toMatchObject({ code: 0, result: { status: "succeeded", output: { id: 7 } } });
  expect(posts).toEqual(["/a", "/b"]);

  const both = await Promise.all([run("a.json", "run-a").ended, run("a.json", "run-a").ended]);
  for (const end of both) {
    expect(end).toMatchObject({ code: 0, result: { runId: "run-a", status: "succeeded", output: { id: 7 } } });
    expect(end.stderr).toContain("Run run-a is known");
  }
  expect(posts).toEqual(["/a", "/b", "/a"]);
});
