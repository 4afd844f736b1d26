import type { CommandDefinition } from "../program.ts";

/** `mortise docs [DIR] [--check]` */
export const docsCommand: CommandDefinition = (program, start) => {
  program
    .command("docs")
    .description("write README, API, EXAMPLES and CHANGELOG of a connector from its contract")
    .argument("[dir]", "connector folder", ".")
    .option("--check", "write nothing; fail where a page is out of date")
    .action((folder: string, options: { readonly check?: boolean }) =>
      start(async (out) => {
        const { loadConnectorFolder } = await import("../connector-folder.ts");
        const { docsOfFolder, staleDocs, writeDocs } = await import("../write-docs.ts");
        const { contract } = await loadConnectorFolder(folder);
        const docs = await docsOfFolder(folder, contract);
        const pages = [...docs.keys()];
        if (options.check) {
          const stale = await staleDocs(folder, docs);
          out.result({ ok: stale.length === 0, pages, stale }, "");
          if (!out.json && stale.length > 0) out.log(`✗ out of date: ${stale.join(", ")}\n  Run: mortise docs ${folder}`);
          return stale.length === 0 ? 0 : 1;
        }
        const written = await writeDocs(folder, docs);
        out.result({ ok: true, pages, written }, "");
        if (!out.json) out.log(`✓ ${contract.name} ${contract.version}: ${pages.length} pages, ${written.length} written`);
        return 0;
      }),
    );
};
