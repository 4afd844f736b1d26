/** 10,000 connectors: start of a runtime that knows them all, what it takes, and the first call of some against the next one. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openConnectorIndex } from "@mortise/registry";
import { createRuntime } from "@mortise/runtime";
import { report } from "../figure.ts";
import { generateContracts, nameOf, operationNameOf } from "../generate-contracts.ts";
import { quantile } from "../quantile.ts";

const CONNECTORS = 10_000;
const CALLED = 300;

const folder = mkdtempSync(join(tmpdir(), "mortise-registry-"));
const server = fork(join(import.meta.dirname, "..", "loopback-server.ts"));
try {
  const [port] = (await once(server, "message")) as [number];
  const origin = `http://127.0.0.1:${port}`;
  const index = generateContracts(folder, CONNECTORS);
  const residentMb = (): number => process.memoryUsage.rss() / 1e6;
  const before = residentMb();

  const parsing = performance.now();
  const text = readFileSync(index, "utf8");
  JSON.parse(text);
  const parsed = performance.now() - parsing;

  const starting = performance.now();
  const runtime = createRuntime({ connectors: openConnectorIndex(index), egress: { allow: [origin] } });
  const started = performance.now() - starting;

  const call = async (number: number): Promise<number> => {
    const begun = performance.now();
    const connector = nameOf(number);
    const connection = { name: connector, connector, settings: { baseUrl: origin } };
    const answered = await runtime.call(`${connector}/${operationNameOf(number)}`, { connection, input: { id: "7" } });
    if (answered.outcome !== "success") throw new Error(JSON.stringify(answered));
    return performance.now() - begun;
  };
  const numbers = Array.from({ length: CALLED }, (_, count) => (count * 7_919) % CONNECTORS);
  const first: number[] = [];
  const next: number[] = [];
  for (const number of numbers) {
    first.push(await call(number));
    next.push(await call(number));
  }
  const after = residentMb();
  await runtime.close();
  report([
    {
      what: `start with ${CONNECTORS.toLocaleString("en")} connectors`,
      unit: "ms",
      value: started,
      baseline: { what: "JSON.parse of the index", value: parsed },
    },
    ...[0.5, 0.95, 1].map((part) => ({
      what: `first call of a connector, ${part === 1 ? "slowest" : `p${part * 100}`} of ${CALLED}`,
      unit: "ms",
      value: quantile(first, part),
      baseline: { what: "next call", value: quantile(next, part) },
    })),
    {
      what: `resident memory after ${CALLED} were called`,
      unit: "MB",
      value: after,
      baseline: { what: "before the start", value: before },
    },
  ]);
} finally {
  server.disconnect();
  rmSync(folder, { recursive: true, force: true });
}
