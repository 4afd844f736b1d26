// Pins: a mistake that ends in a stack trace, in a half-written result, or in an exit code that a script cannot rely on.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Finished, mortise } from "./world/mortise-process.ts";

interface Shown {
  readonly code: string;
  readonly path: string;
  readonly line?: number;
  readonly message: string;
  readonly fix?: { readonly title: string };
}

const folder = mkdtempSync(join(tmpdir(), "mortise-bad-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  return path;
}

function workflow(nodes: object): object {
  return { format: "mortise.workflow/1", name: "Bad", trigger: { use: "manual" }, nodes };
}

function diagnosticsOf({ stdout }: Finished): readonly Shown[] {
  const document = JSON.parse(stdout) as { files?: readonly { diagnostics: readonly Shown[] }[]; diagnostics?: readonly Shown[] };
  return document.files?.flatMap(({ diagnostics }) => diagnostics) ?? document.diagnostics ?? [];
}

async function check(path: string): Promise<{ readonly ended: Finished; readonly found: readonly Shown[] }> {
  const ended = await mortise(["check", path, "--json"]);
  return { ended, found: diagnosticsOf(ended) };
}

test("a workflow file that does not exist is unreadable input: exit code 2 and the path", async () => {
  const ended = await mortise(["run", join(folder, "nowhere.json"), "--memory", "--json"]);
  expect(ended.code).toBe(2);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    ok: false,
    error: { code: "UNREADABLE_FILE", message: expect.stringContaining("nowhere.json") },
  });
});

test("text that is not JSON names the line: exit code 2", async () => {
  const path = file("broken.json", '{\n  "format": "mortise.workflow/1",\n  "name": \n}');
  const ended = await mortise(["check", path, "--json"]);
  expect(ended.code).toBe(2);
  expect(diagnosticsOf(ended)[0]).toMatchObject({ code: "INVALID_JSON", line: expect.any(Number) });
});

test("an expression of the wrong type, an unknown operation and an unknown key are three diagnostics, each with path, line and fix", async () => {
  const path = file(
    "three.json",
    workflow({
      first: { use: "core/map", with: { value: { total: { $cel: "'text' * 2" } } } },
      second: { use: "files@1/raedCsv", after: ["first"], with: { path: "x.csv" } },
      third: { use: "core/map", aftr: ["second"], with: { value: 1 } },
    }),
  );
  const { ended, found } = await check(path);
  expect(ended.code).toBe(1);
  expect(found.find(({ code }) => code === "EXPRESSION_TYPE")).toMatchObject({
    path: expect.stringContaining("/nodes/first/with/value/total"),
    line: expect.any(Number),
  });
  expect(found.find(({ code }) => code === "UNKNOWN_OPERATION")).toMatchObject({
    path: "/nodes/second/use",
    fix: { title: expect.stringContaining("readCsv") },
  });
  expect(found.find(({ code }) => code === "UNKNOWN_KEY")).toMatchObject({
    path: "/nodes/third/aftr",
    fix: { title: expect.stringContaining("after") },
  });
});

test("an unknown node in `after` and a circle are named", async () => {
  const { ended, found } = await check(
    file(
      "circle.json",
      workflow({
        one: { use: "core/map", after: ["three"], with: { value: 1 } },
        two: { use: "core/map", after: ["one"], with: { value: 1 } },
        three: { use: "core/map", after: ["two"], with: { value: 1 } },
        four: { use: "core/map", after: ["thre"], with: { value: 1 } },
      }),
    ),
  );
  expect(ended.code).toBe(1);
  const circle = found.find(({ code }) => code === "CYCLIC_GRAPH");
  expect(circle?.message).toMatch(/one.*two.*three|two.*three.*one|three.*one.*two/);
  expect(circle?.fix).toBeDefined();
  expect(found.find(({ code }) => code === "UNKNOWN_NODE")).toMatchObject({
    path: "/nodes/four/after/0",
    fix: { title: expect.stringContaining("three") },
  });
});

test("an unknown key in a contract names the nearest one", async () => {
  const { ended, found } = await check(
    file("contract.json", {
      format: "mortise.contract/1",
      name: "x",
      version: "1.0.0",
      title: "X",
      publisher: "me",
      hosts: [],
      auth: {},
      budgts: {},
      budgets: {},
      operations: {},
    }),
  );
  expect(ended.code).toBe(1);
  expect(found.find(({ code }) => code === "UNKNOWN_KEY")).toMatchObject({
    path: "/budgts",
    fix: { title: expect.stringContaining("budgets") },
  });
});

test("a missing data file fails the run with its name: exit code 1 and nothing half-written", async () => {
  const out = join(folder, "copy.jsonl");
  const path = file("copy.json", copyWorkflow(join(folder, "missing.csv"), out));
  const ended = await mortise(["run", path, "--memory", "--json"]);
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    ok: false,
    error: { code: "FILE_NOT_FOUND", message: expect.stringContaining("missing.csv") },
  });
  expect(existsSync(out)).toBe(false);
});

test("a broken quote fails the run with the line and what to do", async () => {
  const data = file("quote.csv", 'id,name\n1,Ada\n2,"Grace\n3,Edsger\n');
  const out = join(folder, "quote.jsonl");
  const ended = await mortise(["run", file("quote.json", copyWorkflow(data, out)), "--memory", "--json"]);
  expect(ended.code).toBe(1);
  const { error } = JSON.parse(ended.stdout) as { error: { code: string; message: string; remedy: string } };
  expect(error.code).toBe("FILE_MALFORMED");
  expect(error.message).toMatch(/line 3/);
  expect(error.remedy).not.toBe("");
  expect(existsSync(out)).toBe(false);
});

test("wrong usage of the command line is exit code 2", async () => {
  expect((await mortise(["frobnicate"])).code).toBe(2);
  expect((await mortise(["call", "nosuch/get", "--json"])).code).toBe(2);
  expect((await mortise(["call", "http/gett", "--json"])).code).toBe(2);
  expect((await mortise(["call", "http/get", "--input", "{broken", "--json"])).code).toBe(2);
});

function copyWorkflow(from: string, to: string): object {
  return workflow({
    read: { use: "files@1/readCsv", with: { path: from } },
    each: {
      use: "core/for-each",
      after: ["read"],
      with: {
        items: { $cel: "steps.read.output.rows" },
        batch: 100,
        nodes: { write: { use: "files@1/appendRows", with: { path: to, format: "jsonl", rows: { $cel: "batch" } } } },
      },
    },
  });
}
