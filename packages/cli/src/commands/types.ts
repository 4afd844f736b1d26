import { findConnector } from "../find-connector.ts";
import type { CommandDefinition } from "../program.ts";
import { writeWhole } from "../write-whole.ts";

/** `mortise types NAME|DIR [--out FILE]` */
export const typesCommand: CommandDefinition = (program, start) => {
  program
    .command("types")
    .description("TypeScript types of a connector's operations")
    .argument("<connector>", "registry name (http, acme-crm@1) or path to a connector folder")
    .option("--out <file>", "write to a file instead of stdout")
    .action((connector: string, options: { readonly out?: string }) =>
      start(async (out) => {
        const { contract } = await findConnector(connector);
        const { contractTypes } = await import("../types/contract-types.ts");
        const text = await contractTypes(contract);
        if (options.out) await writeWhole(options.out, text);
        out.result(
          {
            ok: true,
            connector: contract.name,
            version: contract.version,
            ...(options.out ? { file: options.out } : { types: text }),
          },
          options.out ? "" : text.trimEnd(),
        );
        if (options.out) out.log(`${options.out} written.`);
        return 0;
      }),
    );
};
