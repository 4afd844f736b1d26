import { statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { MortiseError } from "@mortise/contract";
import { checkConnectorFolder } from "../check-connector.ts";
import { type Checked, checkDocument } from "../check-document.ts";
import { isConnectorFolder } from "../connector-folder.ts";
import { usage } from "../failure.ts";
import { formatDiagnostic, type Output } from "../output.ts";
import type { CommandDefinition } from "../program.ts";
import { sarif } from "../sarif.ts";

/** `mortise check PATH… [--sarif FILE]` */
export const checkCommand: CommandDefinition = (program, start) => {
  program
    .command("check")
    .description("check connectors (folder or contract.json) and workflows (.json)")
    .argument("<path...>", "connector folders, contract.json or workflow files")
    .option("--connection <name...>", "names of connections that workflows may use; absent: any name is accepted")
    .option("--sarif <file>", "write the findings as SARIF 2.1.0 as well")
    .action((paths: readonly string[], options: { readonly connection?: readonly string[]; readonly sarif?: string }) =>
      start(async (out) => {
        const checked: Checked[] = [];
        for (const path of paths) checked.push(await checkPath(path, options.connection));
        if (options.sarif) writeFileSync(options.sarif, `${JSON.stringify(sarif(checked), null, 2)}\n`);
        const ok = checked.every(({ diagnostics }) => diagnostics.every(({ severity }) => severity !== "error"));
        out.result({ ok, files: checked }, "");
        if (!out.json) for (const one of checked) print(one, out);
        return ok ? 0 : 1;
      }),
    );
};

async function checkPath(path: string, connections: readonly string[] | undefined): Promise<Checked> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new MortiseError("UNREADABLE_FILE", `${path} does not exist.`, { path });
  if (!stat.isDirectory()) return await checkDocument(path, connections);
  if (isConnectorFolder(path)) return await checkConnectorFolder(path);
  throw usage(
    `${path} is a folder that holds no connector.`,
    "Give a workflow file, a contract.json, or a folder with src/connector.ts or contract.json.",
  );
}

function print({ file, kind, diagnostics }: Checked, out: Output): void {
  for (const diagnostic of diagnostics) out.log(formatDiagnostic(diagnostic, diagnostic.file ?? file));
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.filter(({ severity }) => severity === "warning").length;
  const verdict = errors > 0 ? `${errors} error${errors === 1 ? "" : "s"}` : "no errors";
  out.log(
    `${errors > 0 ? "✗" : "✓"} ${kind} ${basename(file)}: ${verdict}${warnings > 0 ? `, ${warnings} warning${warnings === 1 ? "" : "s"}` : ""}`,
  );
}
