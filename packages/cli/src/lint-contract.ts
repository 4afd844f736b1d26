import { type ConnectorFiles, fixConnector, lintConnector } from "@mortise/certify";
import { type Contract, readJson } from "@mortise/contract";
import type { Checked } from "./check-document.ts";
import { compareVersions } from "./compare-versions.ts";
import { writeWhole } from "./write-whole.ts";

/** What `mortise check` is told besides paths. */
export interface LintOptions {
  /** The contract published before, where it was read already: what changed since is shown as well. */
  readonly against?: Contract;
  /** Writes mended contracts back. */
  readonly fix?: boolean;
}

/** A contract to lint, and where it came from. */
export interface LintTarget {
  readonly file: string;
  readonly contract: unknown;
  readonly text?: string;
  readonly lineOf?: (pointer: string) => number;
  readonly files?: ConnectorFiles;
  /** The file that the contract is made from, where it is not the contract itself. */
  readonly source?: string;
}

/** Runs every check on a contract; with `fix`, mends what a tool can mend and writes it back first. */
export async function lintContract(target: LintTarget, options: LintOptions): Promise<Checked> {
  const { file, contract, text, lineOf, files, source } = target;
  const today = new Date().toISOString().slice(0, "2026-01-01".length);
  const subject = {
    contract,
    today,
    ...(text === undefined ? {} : { text }),
    ...(lineOf === undefined ? {} : { lineOf }),
    ...(files === undefined ? {} : { files }),
    ...(options.against === undefined ? {} : { previous: options.against }),
  };
  const { diagnostics: found, waived } = lintConnector(subject);
  const { against } = options;
  const compared = against && compareVersions(against, contract, today);
  const diagnostics = [...found, ...(compared?.diagnostics ?? [])];
  const result = {
    file,
    kind: "connector" as const,
    diagnostics,
    ...(waived.length === 0 ? {} : { waived }),
    ...(compared === undefined ? {} : { comparison: compared.comparison }),
  };
  if (options.fix !== true) return result;
  const fixable = diagnostics.filter(({ fix }) => fix?.patch !== undefined).length;
  const obstacle = source === undefined ? unfixable(text) : `contract.json is made from ${source}: change them there`;
  if (obstacle !== undefined)
    return fixable === 0 ? result : { ...result, unfixed: `${fixable} of these can be mended, but ${obstacle}` };
  const mended = fixConnector(subject);
  if (mended.applied.length === 0) return result;
  const fresh = `${JSON.stringify(mended.contract, null, 2)}\n`.replaceAll("\n", text?.includes("\r\n") ? "\r\n" : "\n");
  await writeWhole(file, fresh);
  const again = lintConnector({ ...subject, contract: mended.contract, text: fresh, lineOf: readJson(fresh).lineOf });
  const comparedAgain = against && compareVersions(against, mended.contract, today);
  return {
    ...result,
    diagnostics: [...again.diagnostics, ...(comparedAgain?.diagnostics ?? [])],
    ...(comparedAgain === undefined ? {} : { comparison: comparedAgain.comparison }),
    fixed: mended.applied.map(({ check = "", path, fix }) => ({ check, path, title: fix?.title ?? "" })),
  };
}

/** Why a text would lose something if it was written anew; undefined: it would not. */
export function unfixable(text = "{}"): string | undefined {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
    return undefined;
  } catch {
    return "the file has comments or trailing commas, which JSON does not know and writing it anew would lose: remove them first";
  }
}
