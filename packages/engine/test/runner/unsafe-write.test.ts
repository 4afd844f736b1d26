// Pins how often a write reaches the other side: a POST without an idempotency key is sent once, although its operation knows keys,
// and ends as unknown when the process died while it was in flight; with one it is sent again under the same key; and one that
// was refused may be sent again, as nothing happened.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { memoryEngine, openRunner, type RunEnd } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { httpRuntime, postOnce } from "./http-job.ts";

const folder = temporaryFolder();
const children: ChildProcess[] = [];
const posts: { readonly path: string; readonly key: string | undefined }[] = [];
let answer: (response: ServerResponse, times: number) => void;

const server = createServer((request: IncomingMessage, response) => {
  posts.push({ path: request.url ?? "", key: request.headers["idempotency-key"] as string | undefined });
  answer(response, postsTo(request.url ?? "").length);
});
const postsTo = (path: string) => posts.filter((post) => post.path === path);
const urlOf = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  server.closeAllConnections();
  server.close();
  folder.remove();
});

const start = (path: string, header: readonly string[]) => {
  const child = fork(join(import.meta.dirname, "http-worker.ts"), [folder.path, path.slice(1), urlOf(path), ...header]);
  children.push(child);
  return child;
};

/** Kills the process while the server holds the first answer back, starts it again, and waits for the end of the run. */
async function killedInFlight(path: string, ...header: readonly string[]): Promise<RunEnd> {
  answer = (response, times) => void (times > 1 && response.writeHead(201).end());
  const first = start(path, header);
  await expect.poll(() => postsTo(path).length, { timeout: 20_000, interval: 20 }).toBe(1);
  first.kill("SIGKILL");
  await once(first, "exit");
  const second = start(path, header);
  const [[end]] = await Promise.all([once(second, "message"), once(second, "exit")]);
  return end as RunEnd;
}

it("never sends a POST without a key twice: killed in flight, it ends as unknown", async () => {
  expect(await killedInFlight("/keyless")).toMatchObject({
    status: "failed",
    error: { code: "UNKNOWN_OUTCOME", path: "/nodes/add" },
  });
  expect(postsTo("/keyless")).toEqual([{ path: "/keyless", key: undefined }]);
});

it("sends a POST again under the same key, and succeeds", async () => {
  expect(await killedInFlight("/keyed", "Idempotency-Key")).toMatchObject({ status: "succeeded", output: { status: 201 } });
  const [first, second, ...more] = postsTo("/keyed");
  expect(first?.key).toMatch(/^\S{20,}$/);
  expect([second, more]).toEqual([first, []]);
});

it("sends a POST without a key again when the service refused it and said when to come back", async () => {
  answer = (response, times) =>
    void (times === 1 ? response.writeHead(429, { "retry-after": "1" }) : response.writeHead(201)).end();
  const runner = await openRunner({ runtime: httpRuntime(), engine: memoryEngine() });
  expect(await runner.run(postOnce(urlOf("/later")))).toMatchObject({ status: "succeeded", output: { status: 201 } });
  await runner.close();
  expect(postsTo("/later")).toHaveLength(2);
});

it("sends a POST without a key once when the service gave no answer, whatever follows", async () => {
  answer = (response) => void response.writeHead(504, { "retry-after": "1" }).end();
  const runner = await openRunner({ runtime: httpRuntime(), engine: memoryEngine() });
  expect(await runner.run(postOnce(urlOf("/gateway")))).toMatchObject({ status: "failed", error: { code: "UNKNOWN_OUTCOME" } });
  await runner.close();
  expect(postsTo("/gateway")).toHaveLength(1);
});
