// Pins: a download that piles up in memory. MORTISE_DOWNLOAD_MB=2000 runs the size that people are promised.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startMortise } from "../world/mortise-process.ts";
import { largestMb } from "../world/process-memory.ts";

// biome-ignore lint/suspicious/noUndeclaredEnvVars: a knob of this test, not of a task of turbo.
const MEGABYTES = Number(process.env.MORTISE_DOWNLOAD_MB ?? 300);
const LIMIT_MB = 250;

const folder = mkdtempSync(join(tmpdir(), "mortise-download-"));
const piece = Buffer.alloc(1_000_000, "mortise ");
const server = createServer((_, response) => {
  response.writeHead(200, { "content-length": String(MEGABYTES * piece.length) });
  let left = MEGABYTES;
  const more = (): void => {
    while (left-- > 0) if (!response.write(piece)) return void response.once("drain", more);
    response.end();
  };
  more();
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test(`a download of ${MEGABYTES} MB takes less than ${LIMIT_MB} MB of memory`, async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, "mortise.config.json"), JSON.stringify({ files: { roots: [folder] }, egress: { allow: [origin] } }));
  const running = startMortise(
    ["call", "http/download", "--input", JSON.stringify({ url: `${origin}/file`, path: "file.bin" }), "--json"],
    { cwd: folder },
  );
  const largest = await largestMb(running);
  const { code, stdout, stderr } = await running.finished;
  console.log(`${MEGABYTES} MB downloaded, ${largest.toFixed(0)} MB at most`);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ output: { bytes: MEGABYTES * piece.length } });
  expect(statSync(join(folder, "file.bin")).size).toBe(MEGABYTES * piece.length);
  // Less than this is no Node process: the one watched was not the command.
  expect(largest).toBeGreaterThan(50);
  expect(largest).toBeLessThan(LIMIT_MB);
}, 300_000);
