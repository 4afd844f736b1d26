import { existsSync } from "node:fs";
import { join } from "node:path";
import { readConnectorFiles, withCheck } from "@mortise/certify";
import { type Diagnostic, isMortiseError } from "@mortise/contract";
import { contractJson } from "@mortise/sdk";
import type { Checked } from "./check-document.ts";
import { loadConnectorFolder, sourceOf } from "./connector-folder.ts";
import { type LintOptions, lintContract } from "./lint-contract.ts";
import { readJsonFile, readText } from "./read-file.ts";

/** Checks a connector folder: its source's contract and files, and that the committed `contract.json` is the one the source makes. */
export async function checkConnectorFolder(folder: string, options: LintOptions = {}): Promise<Checked> {
  const file = join(folder, "contract.json");
  const files = readConnectorFiles(folder);
  if (!existsSync(sourceOf(folder))) {
    const read = await readJsonFile(file);
    return below(
      folder,
      await lintContract({ file, contract: read.value, text: read.text, lineOf: read.lineOf, files }, options),
    );
  }
  try {
    const connector = await loadConnectorFolder(folder);
    const made = contractJson(connector);
    const committed = existsSync(file) ? await readText(file) : undefined;
    const isCurrent = committed === made;
    const target = { file: isCurrent ? file : folder, contract: connector.contract, files, source: "src/connector.ts" };
    const checked = below(folder, await lintContract(isCurrent ? { ...target, text: made } : target, options));
    if (isCurrent) return checked;
    const message = committed === undefined ? "contract.json is missing." : "contract.json is not what src/connector.ts makes.";
    return { ...checked, diagnostics: [stale(file, message), ...checked.diagnostics] };
  } catch (error) {
    const found = isMortiseError(error) ? diagnosticsIn(error.data.detail) : undefined;
    if (!found) throw error;
    return { file: sourceOf(folder), kind: "connector", diagnostics: found.map(withCheck) };
  }
}

/** Findings in other files of the folder, with the path to them from here. */
function below(folder: string, checked: Checked): Checked {
  const placed = (each: Diagnostic): Diagnostic => (each.file === undefined ? each : { ...each, file: join(folder, each.file) });
  return {
    ...checked,
    diagnostics: checked.diagnostics.map(placed),
    ...(checked.waived && { waived: checked.waived.map((each) => ({ ...each, diagnostic: placed(each.diagnostic) })) }),
  };
}

function stale(file: string, message: string): Diagnostic {
  return {
    code: "INVALID_DOCUMENT",
    severity: "error",
    path: "",
    file,
    message,
    fix: { title: `Run: mortise build ${join(file, "..")}` },
  };
}

/** The diagnostics that `defineConnector` puts into its error. */
function diagnosticsIn(detail: unknown): readonly Diagnostic[] | undefined {
  const list = typeof detail === "object" && detail !== null && "diagnostics" in detail ? detail.diagnostics : detail;
  return Array.isArray(list) && list.length > 0 ? (list as readonly Diagnostic[]) : undefined;
}
