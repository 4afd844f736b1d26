// Pins: two servers on one data folder, and a crash that locks people out.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { ServerLock } from "../src/server-lock.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a live holder is named with its URL", () => {
  writeFileSync(join(folder, "server.lock"), JSON.stringify({ pid: process.ppid, url: "http://127.0.0.1:4400" }));
  expect(() => ServerLock.take(folder)).toThrow(/already runs.*http:\/\/127\.0\.0\.1:4400/);
});

test("the lock of a process that is gone counts as none", () => {
  const gone = spawnSync(process.execPath, ["--version"]).pid;
  writeFileSync(join(folder, "server.lock"), JSON.stringify({ pid: gone, url: "http://127.0.0.1:4400" }));
  const lock = ServerLock.take(folder);
  lock.release();
  ServerLock.take(folder).release();
});

test("half a lock file, from a crash while it was written, counts as none", () => {
  writeFileSync(join(folder, "server.lock"), '{"pid":');
  ServerLock.take(folder).release();
});

test("a second server in the same process is refused, until the first lets go", () => {
  const lock = ServerLock.take(folder);
  lock.publish("http://127.0.0.1:4400");
  expect(() => ServerLock.take(join(folder, "."))).toThrow(/already runs.*4400/);
  lock.release();
  lock.release();
  ServerLock.take(folder).release();
});

test("a lock of an earlier process with our id, as after a restart of a container, counts as none", () => {
  writeFileSync(join(folder, "server.lock"), JSON.stringify({ pid: process.pid, url: "http://127.0.0.1:4400" }));
  ServerLock.take(folder).release();
});
