// Pins: an upload that piles up in memory. MORTISE_UPLOAD_MB=1000 runs the size that people are promised.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startMortise } from "../world/mortise-process.ts";
import { largestMb } from "../world/process-memory.ts";

// biome-ignore lint/suspicious/noUndeclaredEnvVars: a knob of this test, not of a task of turbo.
const MEGABYTES = Number(process.env.MORTISE_UPLOAD_MB ?? 300);
const LIMIT_MB = 280;

const folder = mkdtempSync(join(tmpdir(), "mortise-upload-"));
let took = 0;
const server = createServer((request, response) => {
  request.on("data", (chunk: Buffer) => {
    took += chunk.length;
  });
  request.on("end", () => response.writeHead(201).end());
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test(`an upload of ${MEGABYTES} MB takes less than ${LIMIT_MB} MB of memory`, async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeFileSync(join(folder, "file.bin"), "");
  truncateSync(join(folder, "file.bin"), MEGABYTES * 1_000_000);
  writeFileSync(join(folder, "mortise.config.json"), JSON.stringify({ files: { roots: [folder] }, egress: { allow: [origin] } }));
  const input = { url: `${origin}/file`, path: "file.bin" };
  const running = startMortise(["call", "http/upload", "--input", JSON.stringify(input), "--json"], { cwd: folder });
  const largest = await largestMb(running);
  const { code, stdout, stderr } = await running.finished;
  console.log(`${MEGABYTES} MB uploaded, ${largest.toFixed(0)} MB at most`);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ output: { status: 201 } });
  expect(took).toBe(MEGABYTES * 1_000_000);
  // Less than this is no Node process: the one watched was not the command.
  expect(largest).toBeGreaterThan(50);
  expect(largest).toBeLessThan(LIMIT_MB);
}, 300_000);
