import { statSync } from "node:fs";
import { isMortiseError, MortiseError } from "@mortise/contract";
import { checkConnectorFolder } from "../check-connector.ts";
import { type Checked, checkDocument } from "../check-document.ts";
import { checkReport } from "../check-report.ts";
import { isConnectorFolder } from "../connector-folder.ts";
import { usage } from "../failure.ts";
import type { LintOptions } from "../lint-contract.ts";
import type { CommandDefinition } from "../program.ts";
import { readAgainst } from "../read-against.ts";
import { sarif } from "../sarif.ts";
import { writeWhole } from "../write-whole.ts";

interface CheckFlags extends Omit<LintOptions, "against"> {
  readonly against?: string;
  readonly connection?: readonly string[];
  readonly sarif?: string;
  readonly certify?: boolean;
  readonly all?: boolean;
}

/** `mortise check PATH… [--fix] [--certify] [--against DIR|NAME@VERSION] [--sarif FILE]` */
export const checkCommand: CommandDefinition = (program, start) => {
  program
    .command("check")
    .description("check connectors (folder or contract.json) and workflows (.json)")
    .argument("<path...>", "connector folders, contract.json or workflow files")
    .option("--connection <name...>", "names of connections that workflows may use; absent: any name is accepted")
    .option("--fix", "mend what a tool can mend in contract.json and workflows, and say what was changed")
    .option("--certify", "fail also on what is in the way of certification")
    .option("--against <dir|name@version>", "compare with a released contract: what changed, and the version that asks for")
    .option("--sarif <file>", "write the findings as SARIF 2.1.0 as well")
    .option("--all", "show every finding, however many one check has")
    .action((paths: readonly string[], flags: CheckFlags) =>
      start(async (out) => {
        const checked: Checked[] = [];
        const { against, connection, ...options } = flags;
        if (against !== undefined && paths.length > 1)
          throw usage("--against compares one connector.", "Give one path, or leave --against out.");
        const released = against === undefined ? {} : { against: await readAgainst(against) };
        for (const path of paths) checked.push(await checkPath(path, connection, { ...options, ...released }));
        const ok = checked.every(({ diagnostics }) =>
          diagnostics.every(
            ({ severity, blocks }) => severity !== "error" && !(flags.certify === true && blocks === "certification"),
          ),
        );
        const unwritten = flags.sarif === undefined ? undefined : await writeSarif(flags.sarif, checked);
        out.result({ ok: ok && unwritten === undefined, files: checked, ...(unwritten && { error: unwritten.data }) }, "");
        if (!out.json) for (const one of checked) out.log(checkReport(one, flags.all === true));
        if (unwritten !== undefined) throw unwritten;
        return ok ? 0 : 1;
      }),
    );
};

/** What was found is still shown where the file cannot be written. */
async function writeSarif(file: string, checked: readonly Checked[]): Promise<MortiseError | undefined> {
  try {
    await writeWhole(file, `${JSON.stringify(sarif(checked), null, 2)}\n`);
    return undefined;
  } catch (error) {
    if (isMortiseError(error)) return error;
    throw error;
  }
}

async function checkPath(path: string, connections: CheckFlags["connection"], options: LintOptions): Promise<Checked> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new MortiseError("UNREADABLE_FILE", `${path} does not exist.`, { path });
  if (!stat.isDirectory()) return await checkDocument(path, connections, options);
  if (isConnectorFolder(path)) return await checkConnectorFolder(path, options);
  throw usage(
    `${path} is a folder that holds no connector.`,
    "Give a workflow file, a contract.json, or a folder with src/connector.ts or contract.json.",
  );
}
