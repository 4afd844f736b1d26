// Pins: what is derived from a contract (types, docs, a simulator) and holds for contracts of our own, but not for those of real documents.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { connectorDocs, contractTypes } from "@mortise/cli";
import type { Contract } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { importOpenApi } from "@mortise/openapi";
import { createRuntime } from "@mortise/runtime";
import { createSimulator } from "@mortise/simulator";
import { beforeAll, describe, expect, test } from "vitest";
import { compileTypes } from "../../packages/cli/test/types/compile-types.ts";
import { corpusFolder, readDocument } from "./corpus.ts";

/** Operations of one document that are called. */
const CALLS = 6;

describe("of every document of the corpus", () => {
  const contracts = new Map<string, Contract>();

  beforeAll(() => {
    for (const file of documentsBelow(corpusFolder)) {
      const source = {
        text: readDocument(file),
        file,
        readFile: (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
      };
      const { contract } = importOpenApi(source);
      if (contract !== undefined) contracts.set(relative(corpusFolder, file), contract);
    }
  }, 120_000);

  test("the types compile under strict, those of the largest within 20 s", async () => {
    expect(contracts.size).toBeGreaterThanOrEqual(20);
    const sources = new Map<string, string>();
    const slowest = { ms: 0, file: "" };
    for (const [file, contract] of contracts) {
      const before = process.cpuUsage();
      sources.set(file.replaceAll(/[^A-Za-z0-9]+/g, "-"), await contractTypes(contract));
      const ms = process.cpuUsage(before).user / 1_000;
      if (ms > slowest.ms) Object.assign(slowest, { ms, file });
    }
    expect(await compileTypes(sources)).toBe("");
    console.log(
      `types of ${sources.size} documents, ${kilobytes(sources.values())} kB; the slowest, ${slowest.file}, took ${Math.round(slowest.ms)} ms of a processor`,
    );
    expect(slowest.ms).toBeLessThan(20_000);
  }, 180_000);

  test("the docs are pages that open", () => {
    for (const [file, contract] of contracts) {
      const before = process.cpuUsage();
      const docs = connectorDocs(contract);
      expect(process.cpuUsage(before).user / 1_000, file).toBeLessThan(5_000);
      for (const [path, text] of docs) expect(Buffer.byteLength(text), `${file} ${path}`).toBeLessThan(400_000);
    }
  }, 60_000);

  test("calls of sampled operations against the simulator are taken and answered", async () => {
    const failures: string[] = [];
    let called = 0;
    for (const [file, contract] of contracts) {
      const faults = await callSome(contract);
      called += faults.called;
      failures.push(...faults.failures.map((failure) => `${file} ${failure}`));
    }
    console.log(
      [`${called - failures.length} of ${called} calls through ${contracts.size} simulators`, ...failures].join("\n  "),
    );
    expect(failures.length).toBeLessThanOrEqual(called * 0.03);
  }, 180_000);
});

async function callSome(contract: Contract): Promise<{ readonly called: number; readonly failures: readonly string[] }> {
  const simulator = await createSimulator(contract);
  const runtime = createRuntime({ connectors: [{ contract, natives: {} }], unsafeOrigins: simulator.unsafeOrigins });
  const failures: string[] = [];
  let called = 0;
  const names = Object.keys(contract.operations);
  const step = Math.max(1, Math.floor(names.length / CALLS));
  for (const name of names.filter((_, index) => index % step === 0)) {
    const operation = contract.operations[name];
    if (operation === undefined || !isReachable(contract, operation.auth?.[0])) continue;
    const input = sampleOf(operation.input, {
      seed: 3,
      ...(contract.schemas === undefined ? {} : { definitions: contract.schemas }),
    });
    if (input === undefined) continue;
    called += 1;
    const result = await runtime.call(`${contract.name}/${name}`, {
      input,
      connection: simulator.connectionFor(operation.auth?.[0]),
    });
    if (result.outcome !== "success") failures.push(`${name}: ${result.error.code} ${result.error.message.slice(0, 300)}`);
  }
  await runtime.close();
  await simulator.close();
  return { called, failures };
}

/** A scheme whose tokens come from nowhere that the document names cannot be used by anybody. */
function isReachable(contract: Contract, auth: string | undefined): boolean {
  const scheme = contract.auth[auth ?? Object.keys(contract.auth)[0] ?? ""];
  return scheme?.kind !== "oauth2" || scheme.tokenUrl !== undefined || !["client_credentials", "password"].includes(scheme.grant);
}

function documentsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => /\.(json|ya?ml)(\.gz)?$/.test(path) && !/apiProperties|manifest|LICENSES/.test(path))
    .filter(
      (path) =>
        /^\s*["']?(?:openapi|swagger)["']?\s*:\s*["']?[23]\./m.test(readDocument(path).slice(0, 400_000)) ||
        /"(?:openapi|swagger)"\s*:\s*"[23]\./.test(readDocument(path)),
    );
}

function kilobytes(texts: Iterable<string>): number {
  return Math.round([...texts].reduce((sum, text) => sum + text.length, 0) / 1_000);
}
