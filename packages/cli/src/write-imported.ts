import { basename, dirname } from "node:path";
import { createRegistry } from "@mortise/registry";
import { builtInConnectors } from "@mortise/server/connectors";
import type { ImportedStep, ImportedWorkflow } from "@mortise/workflow/interchange";
import { checkWorkflowText } from "./check-workflow-file.ts";
import { usage } from "./failure.ts";
import { formatDiagnostic, type Output } from "./output.ts";
import { writeNewFiles } from "./write-new-files.ts";

const MARK: { readonly [outcome in ImportedStep["outcome"]]: string } = { mapped: "✓", partly: "~", "to-do": "✗" };

/** Writes imported workflows beside each other, says what became of each step, and checks them as they are. */
export async function writeImported(
  out: Output,
  imported: readonly ImportedWorkflow[],
  target: string | undefined,
): Promise<0 | 1> {
  if (target !== undefined && imported.length !== 1)
    throw usage(`The document has ${imported.length} workflows, which do not fit into one file.`, "Leave --out away.");
  const registry = createRegistry(builtInConnectors);
  const results = imported.map(({ workflow, steps, notes }) => ({
    file: target ?? `${fileName(workflow.name)}.json`,
    workflow,
    steps,
    notes,
    diagnostics: checkWorkflowText(workflow as never, { registry }),
  }));
  const texts = results.map(({ file, workflow }) => [basename(file), `${JSON.stringify(workflow, null, 2)}\n`] as const);
  const files = await writeNewFiles(target === undefined ? "." : dirname(target), new Map(texts));
  const shown = results.map(({ workflow: _, ...rest }) => rest);
  out.result({ ok: true, files, workflows: shown }, "");
  if (out.json) return 0;
  for (const { file, steps, notes, diagnostics } of results) {
    for (const { from, type, node, outcome, toDo } of steps) {
      out.log(`${MARK[outcome]} ${from} (${type})${node === undefined ? "" : ` → ${node}`}`);
      for (const each of toDo) out.log(`    to do: ${each}`);
    }
    for (const note of notes) out.log(note);
    for (const each of diagnostics.filter(({ severity }) => severity === "error")) out.log(formatDiagnostic(each, file));
    const mapped = steps.filter(({ outcome }) => outcome === "mapped").length;
    out.log(`${file}: ${mapped} of ${steps.length} steps taken over whole. Next: mortise check ${file}`);
  }
  return 0;
}

function fileName(name: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ["workflow"];
  return words.join("-").slice(0, 80);
}
