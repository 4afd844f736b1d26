import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Diagnostic, isMortiseError } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { contractJson } from "@mortise/sdk";
import type { Checked } from "./check-document.ts";
import { loadConnectorFolder, sourceOf } from "./connector-folder.ts";
import { readJsonFile, readText } from "./read-file.ts";

/** Checks a connector folder: its source's contract, and that the committed `contract.json` is the one the source makes. */
export async function checkConnectorFolder(folder: string): Promise<Checked> {
  const file = join(folder, "contract.json");
  if (!existsSync(sourceOf(folder))) {
    const read = await readJsonFile(file);
    return { file, kind: "connector", diagnostics: checkContract(read.value, { text: read.text }) };
  }
  try {
    const connector = await loadConnectorFolder(folder);
    const diagnostics = [...checkContract(connector.contract)];
    if (!existsSync(file)) diagnostics.push(stale(file, "contract.json is missing."));
    else if ((await readText(file)) !== contractJson(connector))
      diagnostics.push(stale(file, "contract.json is not what src/connector.ts makes."));
    return { file: folder, kind: "connector", diagnostics };
  } catch (error) {
    const found = isMortiseError(error) ? diagnosticsIn(error.data.detail) : undefined;
    if (!found) throw error;
    return { file: sourceOf(folder), kind: "connector", diagnostics: found };
  }
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
