// Pins what becomes of a write without a key whose process died while it was in flight, where its operation has a probe: a person is
// bothered although a read could have told, or it is sent twice although it was done.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunEnd } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
const children: ChildProcess[] = [];
const orders = new Map<string, number>();
const posts = new Map<string, number>();

const server = createServer((request, response) => {
  const [, run = "", what = ""] = (request.url ?? "").split("/");
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const made = orders.get(run) ?? 0;
  if (what === "find")
    return reply(
      200,
      Array.from({ length: made }, (_, index) => ({ id: `order-${index + 1}` })),
    );
  const times = (posts.get(run) ?? 0) + 1;
  posts.set(run, times);
  // The first POST of the run "done" takes effect, although its answer is never sent.
  if (times > 1 || run === "done") orders.set(run, made + 1);
  if (times > 1) reply(201, { id: `order-${made + 1}` });
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  server.closeAllConnections();
  server.close();
  folder.remove();
});

/** Kills the process once the vendor has the writes of all runs, starts it again, and waits for their ends. */
async function killedInFlight(...runs: readonly string[]): Promise<readonly RunEnd[]> {
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const start = (): ChildProcess => {
    const child = fork(join(import.meta.dirname, "probed-worker.ts"), [folder.path, origin, ...runs]);
    children.push(child);
    return child;
  };
  const first = start();
  await expect.poll(() => runs.map((run) => posts.get(run)), { timeout: 20_000, interval: 20 }).toEqual(runs.map(() => 1));
  first.kill("SIGKILL");
  await once(first, "exit");
  const second = start();
  const [[ends]] = await Promise.all([once(second, "message"), once(second, "exit")]);
  return ends as readonly RunEnd[];
}

it("is a success with what the probe finds, sent once, and is sent again only where the probe finds nothing", async () => {
  const ended = { status: "succeeded", output: { id: "order-1" } };
  expect(await killedInFlight("done", "absent")).toMatchObject([ended, ended]);
  expect([posts.get("done"), orders.get("done")]).toEqual([1, 1]);
  expect([posts.get("absent"), orders.get("absent")]).toEqual([2, 1]);
});
