// Pins: a workflow that --fix leaves broken though a tool could mend it, changes that make it worse, and a file with comments that loses them.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Diagnostic } from "@mortise/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkDocument } from "../src/check-document.ts";
import { fixWorkflow } from "../src/fix-workflow.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortise-fix-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const map = (cel: string, more: object = {}) => ({ use: "core/map", with: { value: { $cel: cel } }, ...more });
const workflow = (nodes: object, output: string) => ({
  format: "mortise.workflow/1",
  name: "Test",
  trigger: { use: "manual" },
  nodes,
  output: { $cel: output },
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test("what a tool can mend is mended, said and written, and the rest stays told", async () => {
  const broken = workflow(
    {
      first: map("1"),
      second: map("steps.first.output + 1", { aftr: ["first"], connection: "crm" }),
      third: { use: "core/mpa", with: {} },
    },
    "steps.second.output",
  );
  const path = await file("broken.json", JSON.stringify(broken));
  const { fixed = [], diagnostics } = await checkDocument(path, undefined, { fix: true });
  expect(fixed.map(({ check }) => check)).toEqual(expect.arrayContaining(["UNKNOWN_KEY", "UNUSED_CONNECTION", "UNKNOWN_NODE"]));
  const mended = JSON.parse(await readFile(path, "utf8"));
  expect(mended.nodes.second).toEqual({ ...map("steps.first.output + 1"), after: ["first"] });
  expect(mended.nodes.third.use).toBe("core/map");
  expect(diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code)).toEqual(["MISSING_KEY"]);
});

test("advice is given, and left to people", async () => {
  const path = await file("advice.json", JSON.stringify(workflow({ unread: map("1"), read: map("2") }, "steps.read.output")));
  const before = await readFile(path, "utf8");
  const { fixed, diagnostics } = await checkDocument(path, undefined, { fix: true });
  expect(fixed).toBeUndefined();
  expect(diagnostics).toMatchObject([{ code: "UNUSED_OUTPUT", severity: "info", line: 1 }]);
  expect(await readFile(path, "utf8")).toBe(before);
});

test("a change that brings another error is not kept", () => {
  const problem = (code: string, path: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
    code,
    severity: "error",
    path,
    message: "no",
    ...more,
  });
  const fix = { title: "Remove it.", patch: [{ op: "remove", path: "/a" } as const] };
  const check = (document: unknown) =>
    Object.hasOwn(document as object, "a") ? [problem("A", "/a", { fix })] : [problem("B", ""), problem("C", "")];
  expect(fixWorkflow({ a: 1 }, check)).toEqual({ document: { a: 1 }, applied: [] });
});
