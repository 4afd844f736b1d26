// Pins: a real document that no longer imports, or takes too long, and operations that need code where they needed none.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { checkContract } from "@mortise/contract/validation";
import { beforeAll, describe, expect, test } from "vitest";
import { type ImportedDocument, importCorpus, OPENAPI_COVERAGE, openApiCoveragePage } from "../../tools/docs/openapi-coverage.ts";
import { corpusFolder } from "./corpus.ts";

const root = join(import.meta.dirname, "..", "..");

describe("the documents of the corpus", () => {
  let documents: readonly ImportedDocument[] = [];

  beforeAll(() => {
    documents = importCorpus(corpusFolder) ?? [];
    console.log(openApiCoveragePage(documents).split("## Operations")[0]);
  }, 120_000);

  test("all become connectors whose contracts have no error", () => {
    expect(documents.length).toBe(20);
    for (const { name, imports } of documents) {
      const contracts = imports.flatMap(({ contract }) => contract ?? []);
      expect(contracts.length, name).toBeGreaterThan(0);
      for (const contract of contracts) {
        const errors = checkContract(contract).filter(({ severity }) => severity === "error");
        expect(errors.slice(0, 3), name).toEqual([]);
      }
    }
  }, 120_000);

  test("lose no operation, and at least 95 of 100 need no code", () => {
    const reports = documents.flatMap(({ imports }) => imports.map(({ report }) => report));
    expect(reports.flatMap(({ skipped }) => skipped)).toEqual([]);
    const operations = reports.reduce((sum, report) => sum + report.operations, 0);
    const declarative = reports.reduce((sum, report) => sum + report.declarative, 0);
    expect(declarative / operations).toBeGreaterThanOrEqual(0.95);
  });

  test("are what the page of the docs says (run: npm run docs)", () => {
    expect(readFileSync(join(root, OPENAPI_COVERAGE), "utf8")).toBe(openApiCoveragePage(documents));
  });

  test("import in less than 10 s and 1 GB, the largest of them, and are checked in less than 5 s", async () => {
    const script = join(import.meta.dirname, "import-largest.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    const measured = JSON.parse(stdout) as { operations: number; importMs: number; checkMs: number; peakMb: number };
    console.log(`largest document: ${stdout.trim()}`);
    expect(measured.operations).toBeGreaterThan(1_000);
    expect(measured.importMs).toBeLessThan(10_000);
    expect(measured.checkMs).toBeLessThan(5_000);
    expect(measured.peakMb).toBeLessThan(1_024);
  }, 60_000);
});
