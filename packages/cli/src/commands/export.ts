import { findConnector } from "../find-connector.ts";
import type { CommandDefinition } from "../program.ts";
import { writeWhole } from "../write-whole.ts";

/** `mortise export openapi NAME|DIR [--out FILE]` */
export const exportCommand: CommandDefinition = (program, start) => {
  const parent = program.command("export").description("a connector in another format");
  parent
    .command("openapi")
    .description("the connector's operations as an OpenAPI 3.1 document")
    .argument("<connector>", "registry name (http, acme-crm@1) or path to a connector folder")
    .option("--out <file>", "write to a file instead of stdout")
    .action((connector: string, options: { readonly out?: string }) =>
      start(async (out) => {
        const { contract } = await findConnector(connector);
        const { exportOpenApi } = await import("@mortise/openapi");
        const { document, diagnostics } = exportOpenApi(contract);
        const text = `${JSON.stringify(document, null, 2)}\n`;
        if (options.out) await writeWhole(options.out, text);
        for (const { message } of diagnostics) out.log(`warning: ${message}`);
        out.result(
          { ok: true, connector: contract.name, diagnostics, ...(options.out ? { file: options.out } : { document }) },
          options.out ? "" : text.trimEnd(),
        );
        if (options.out) out.log(`${options.out} written.`);
        return 0;
      }),
    );
};
