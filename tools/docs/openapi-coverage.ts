import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Imported, importOpenApi } from "@mortise/openapi";
import { page } from "./page.ts";

/** The page that {@link openApiCoveragePage} makes. Where the corpus is not at hand, the committed one stays. */
export const OPENAPI_COVERAGE = "docs/openapi-coverage.md";

/** A document of the corpus, as its manifest lists it, and what its files came to. */
export interface ImportedDocument {
  readonly name: string;
  /** As the document says it, e.g. `3.0.3`. */
  readonly version: string;
  readonly imports: readonly Imported[];
}

interface ManifestEntry {
  readonly name: string;
  readonly oas: string;
  readonly files: readonly { readonly file: string }[];
}

/** Imports every document of a corpus. Undefined where the corpus is not there. */
export function importCorpus(folder: string): readonly ImportedDocument[] | undefined {
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) return undefined;
  const entries = JSON.parse(readFileSync(manifest, "utf8")) as readonly ManifestEntry[];
  return entries.map(({ name, oas, files }) => ({
    name,
    version: oas,
    imports: documentsOf(files.map(({ file }) => file)).map((file) =>
      importOpenApi(
        { text: textOf(join(folder, file)), file, readFile: (path) => readIfThere(join(folder, path)) },
        { name: kebab(name) },
      ),
    ),
  }));
}

/** The files that are documents by themselves: a set of examples has many, others have one that leads to the rest. */
function documentsOf(files: readonly string[]): readonly string[] {
  const [first] = files;
  return files.length > 10 ? files : first === undefined ? [] : [first];
}

const kebab = (name: string): string => name.replaceAll(/[^a-z0-9]+/g, "-");

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? textOf(file) : undefined;
}

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

/** `docs/openapi-coverage.md`: how many operations of real documents need no code, and why the others do. */
export function openApiCoveragePage(documents: readonly ImportedDocument[]): string {
  const rows = documents.map(({ name, version, imports }) => {
    const count = (of: (imported: Imported) => number): number => imports.reduce((sum, imported) => sum + of(imported), 0);
    const operations = count(({ report }) => report.operations);
    const declarative = count(({ report }) => report.declarative);
    const paged = count(
      ({ contract }) => Object.values(contract?.operations ?? {}).filter(({ pagination }) => pagination !== undefined).length,
    );
    const review = count(({ report }) => report.review.length);
    return { name, version, operations, declarative, paged, review };
  });
  const sum = (key: "operations" | "declarative" | "paged" | "review"): number =>
    rows.reduce((total, row) => total + row[key], 0);
  const whole = {
    name: "**all**",
    version: "",
    operations: sum("operations"),
    declarative: sum("declarative"),
    paged: sum("paged"),
    review: sum("review"),
  };
  return page("What an import covers", [
    `${rows.length} real documents with ${whole.operations} operations: ${whole.declarative} of them (${share(whole)}) become operations that need no code.`,
    "An operation to review holds a guess that a person must confirm, such as the effect of a POST; `mortise check` lists them.",
    table(
      ["document", "OpenAPI", "operations", "without code", "share", "in pages", "to review"],
      [...rows, whole].map((row) => [
        row.name,
        row.version,
        String(row.operations),
        String(row.declarative),
        share(row),
        String(row.paged),
        String(row.review),
      ]),
    ),
    "## Operations that need code",
    "They are in the contract too; what the reason names is what is missing there.",
    table(["document", "reason", "operations"], reasons(documents)),
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function share({ operations, declarative }: { readonly operations: number; readonly declarative: number }): string {
  return operations === 0 ? "" : `${((declarative / operations) * 100).toFixed(1)} %`;
}

function reasons(documents: readonly ImportedDocument[]): readonly (readonly string[])[] {
  return documents.flatMap(({ name, imports }) => {
    const found = imports.flatMap(({ report }) => [...report.needsCode, ...report.skipped]);
    const byReason = Map.groupBy(found, ({ reason }) => reason);
    return [...byReason].map(([reason, list]) => [name, reason, list.map(({ id }) => `\`${id}\``).join(" ")]);
  });
}
