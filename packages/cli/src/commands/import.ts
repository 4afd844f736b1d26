import type { AuthScheme, Diagnostic } from "@mortise/contract";
import type { ImportReport } from "@mortise/openapi";
import { usage } from "../failure.ts";
import { installedOperation } from "../installed-operation.ts";
import { createSiblingReader, openDocument } from "../open-document.ts";
import { formatDiagnostic, type Output } from "../output.ts";
import type { CommandDefinition } from "../program.ts";
import { readJsonFile } from "../read-file.ts";
import { writeImported } from "../write-imported.ts";
import { writeNewFiles } from "../write-new-files.ts";

interface Options {
  readonly out?: string;
  readonly name?: string;
  readonly auth?: string;
  readonly refs?: string;
}

/** `mortise import openapi FILE [--out DIR] [--name NAME] [--auth KIND] [--refs DIR]` */
export const importCommand: CommandDefinition = (program, start) => {
  const parent = program.command("import").description("make a connector from a description in another format");
  parent
    .command("openapi")
    .description("make a connector from an OpenAPI document (2.0, 3.0, 3.1; JSON or YAML, also gzip)")
    .argument("<file>", "the document; other files that it refers to are read from its folder")
    .option("--out <dir>", "folder to write; absent: the connector's name")
    .option("--name <name>", "name of the connector; absent: from the document's title")
    .option("--auth <kind>", "of a document that declares none: bearer, basic, header:NAME or query:NAME")
    .option("--refs <dir>", "folder that other files may be read from; absent: the document's own")
    .action((file: string, options: Options) => start(async (out) => await importFile(file, options, out)));
  parent
    .command("n8n")
    .description("make a workflow of one that n8n exported (JSON); what has no counterpart is marked as to do")
    .argument("<file>", "the export")
    .option("--out <file>", "file to write; absent: the workflow's name")
    .action((file: string, { out: target }: { readonly out?: string }) =>
      start(async (out) => {
        const { importN8n } = await import("@mortise/workflow/interchange");
        return await writeImported(out, [importN8n((await readJsonFile(file)).value)], target);
      }),
    );
  parent
    .command("arazzo")
    .description("make workflows of an Arazzo 1.0 document (JSON or YAML); its operations are those of installed connectors")
    .argument("<file>", "the document")
    .option("--out <file>", "file to write, where it has one workflow; absent: the workflow's name")
    .action((file: string, { out: target }: { readonly out?: string }) =>
      start(async (out) => {
        const { importArazzo } = await import("@mortise/workflow/interchange");
        const { readData } = await import("../read-data.ts");
        return await writeImported(out, importArazzo(readData(file), { operation: installedOperation }), target);
      }),
    );
};

async function importFile(file: string, { out: folder, name, auth, refs }: Options, out: Output): Promise<0 | 1> {
  if (name !== undefined && !/^[a-z][a-z0-9-]*$/.test(name))
    throw usage(
      `"${name}" is no name of a connector.`,
      "Small letters, digits and hyphens, starting with a letter, such as acme-crm.",
    );
  const text = openDocument(file);
  const [{ importOpenApi }, { checkContract }, { docsOfFolder }] = await Promise.all([
    import("@mortise/openapi"),
    import("@mortise/contract/validation"),
    import("../write-docs.ts"),
  ]);
  const progress = showProgress(out);
  const siblings = createSiblingReader(file, refs);
  const {
    contract,
    diagnostics: own,
    report,
  } = importOpenApi(
    { text, file, readFile: siblings.read },
    {
      ...(name === undefined ? {} : { name }),
      ...(auth === undefined ? {} : { auth: schemeOf(auth) }),
      onProgress: progress.show,
    },
  );
  progress.close();
  const diagnostics = [...siblings.refused(), ...own];
  if (contract === undefined) {
    out.result({ ok: false, report, diagnostics }, "");
    if (!out.json) for (const each of diagnostics) out.log(formatDiagnostic(each, file));
    return 1;
  }
  const found = checkContract(contract);
  const isError = ({ severity }: Diagnostic) => severity === "error";
  const errors = found.filter(isError);
  const target = folder ?? contract.name;
  const files = new Map([["contract.json", `${JSON.stringify(contract, null, 2)}\n`], ...(await docsOfFolder(target, contract))]);
  const written = await writeNewFiles(target, files);
  // What could be read was imported, but a document that breaks off is not done with.
  const ok = errors.length === 0 && !diagnostics.some(isError);
  out.result({ ok, connector: contract.name, folder: target, files: written, report, diagnostics, check: found }, "");
  if (!out.json) print(out, { ok, file, folder: target, report, diagnostics, errors });
  return ok ? 0 : 1;
}

/** The scheme that `--auth` names, under the id `default`. */
function schemeOf(kind: string): { readonly [id: string]: AuthScheme } {
  if (kind === "bearer" || kind === "basic") return { default: { kind } };
  const [, place, field] = /^(header|query):([!#$%&'*+.^_`|~0-9A-Za-z-]+)$/.exec(kind) ?? [];
  if (field !== undefined && (place === "header" || place === "query"))
    return { default: { kind: "apiKey", in: place, name: field } };
  throw usage(
    `"${kind}" is no kind of credential.`,
    "One of bearer, basic, header:NAME, query:NAME; for example header:X-API-Key.",
  );
}

/** A bar on a terminal; nothing elsewhere, the whole takes seconds. */
function showProgress(out: Output): { readonly show: (done: number, total: number) => void; readonly close: () => void } {
  const bars = out.json ? undefined : out.bars();
  const bar = bars?.create(1, 0, { title: "operations", done: "0", unit: "", rate: "" });
  return {
    show(done, total) {
      if (done % 25 !== 0 && done !== total) return;
      bar?.setTotal(Math.max(total, 1));
      bar?.update(done, { title: "operations", done: `${done}/${total}`, unit: "", rate: "" });
      bars?.update();
    },
    close: () => bars?.stop(),
  };
}

interface Summary {
  readonly ok: boolean;
  readonly file: string;
  readonly folder: string;
  readonly report: ImportReport;
  readonly diagnostics: readonly Diagnostic[];
  readonly errors: readonly Diagnostic[];
}

const SHOWN = 20;

function print(out: Output, { ok, file, folder, report, diagnostics, errors }: Summary): void {
  const notable = diagnostics.filter(({ severity }) => severity !== "info");
  for (const each of notable.slice(0, SHOWN)) out.log(formatDiagnostic(each, each.file ?? file));
  if (notable.length > SHOWN) out.log(`… and ${notable.length - SHOWN} more; see --json`);
  for (const each of errors) out.log(formatDiagnostic(each, `${folder}/contract.json`));
  for (const { id, reason } of report.skipped) out.log(`✗ ${id}: not imported, ${reason}`);
  for (const { id, reason } of report.needsCode) out.log(`  ${id}: needs code, ${reason}`);
  const review = report.review.length > 0 ? `, ${report.review.length} to review` : "";
  const events = report.webhooks.length > 0 ? `\n  ${report.webhooks.length} webhooks are described; none became a trigger` : "";
  out.log(`${ok ? "✓" : "✗"} ${folder}: ${report.declarative} of ${report.operations} operations need no code${review}${events}`);
}
