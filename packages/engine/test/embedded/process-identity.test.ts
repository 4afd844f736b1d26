// Pins: a process that was killed and still counts as living, because nobody has collected its exit status.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { exists } from "../../src/embedded/process-identity.ts";

test("this process exists, one that has ended does not", () => {
  expect(exists(process.pid)).toBe(true);
  expect(exists(spawnSync(process.execPath, ["--version"]).pid)).toBe(false);
});

test.runIf(process.platform === "linux")("a zombie does not exist", async () => {
  // The shell starts a child, tells its pid, becomes a program that never waits for it, and only then lets it end: a shell that is still
  // itself would have collected it.
  const parent = spawn("/bin/sh", ["-c", "{ until grep -q sleep /proc/$$/comm; do :; done; } & echo $!; exec sleep 30"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once("data", (text: Buffer) => resolve(Number(text.toString()))),
  );
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "utf8")).toMatch(/\) Z /);
  expect(exists(pid)).toBe(false);
  parent.kill();
});
