// Pins: an imported workflow that cannot be checked as it is, an import that overwrites a file, and a report that scripts cannot read.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "mortise-import-workflow-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function mortise(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = join(root, "packages", "cli", "bin", "mortise.mjs");
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

test("an export of n8n becomes a workflow that passes check, with what is to do", async () => {
  const exported = {
    name: "Ping a site",
    nodes: [
      {
        name: "Every day",
        type: "n8n-nodes-base.scheduleTrigger",
        parameters: { rule: { interval: [{ field: "days", triggerAtHour: 6 }] } },
      },
      { name: "Get it", type: "n8n-nodes-base.httpRequest", parameters: { url: "https://example.com/health" } },
      { name: "Tell", type: "n8n-nodes-base.discord", parameters: {} },
    ],
    connections: {
      "Every day": { main: [[{ node: "Get it", type: "main", index: 0 }]] },
      "Get it": { main: [[{ node: "Tell", type: "main", index: 0 }]] },
    },
  };
  writeFileSync(join(folder, "export.json"), JSON.stringify(exported));
  const imported = await mortise("import", "n8n", "export.json", "--json");
  const report = JSON.parse(imported.stdout) as { files: string[]; workflows: { steps: { outcome: string }[] }[] };
  expect(report.files).toEqual(["ping-a-site.json"]);
  expect(report.workflows[0]?.steps.map(({ outcome }) => outcome)).toEqual(["mapped", "mapped", "to-do"]);
  const checked = JSON.parse((await mortise("check", "ping-a-site.json", "--json")).stdout) as { ok: boolean };
  expect(checked).toMatchObject({ ok: true });
  expect((await mortise("import", "n8n", "export.json")).code).toBe(2);
  expect((await mortise("import", "n8n", "ping-a-site.json")).code).not.toBe(0);
});

test("an Arazzo document in YAML becomes a workflow of installed operations", async () => {
  writeFileSync(
    join(folder, "mail.yaml"),
    [
      "arazzo: 1.0.1",
      "sourceDescriptions: [{ name: smtp, url: smtp.yaml }]",
      "workflows:",
      "  - workflowId: send",
      "    inputs: { type: object, properties: { to: { type: string } }, required: [to] }",
      "    steps:",
      "      - stepId: send",
      "        operationId: send_mail",
      "        requestBody: { payload: { to: $inputs.to, subject: Hello, text: 'To {$inputs.to}' } }",
    ].join("\n"),
  );
  const imported = await mortise("import", "arazzo", "mail.yaml", "--out", join(folder, "sent.json"));
  expect(imported.stderr).toContain("1 of 1 steps taken over whole");
  expect(JSON.parse(readFileSync(join(folder, "sent.json"), "utf8"))).toMatchObject({
    nodes: {
      send: { use: "smtp/sendMail", with: { to: { $cel: "trigger.body.to" }, text: { $text: "To ${trigger.body.to}" } } },
    },
  });
});
