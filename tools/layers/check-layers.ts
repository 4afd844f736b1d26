import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { BROWSER, CONNECTOR_IMPORTS, CONNECTOR_USERS_FROM, RANKS } from "./ranks.ts";

/** An import that breaks the direction rule. */
export interface LayerFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** What one source file imports. */
export interface SourceImport {
  readonly file: string;
  readonly line: number;
  readonly specifier: string;
}

/** Every import in the TypeScript sources below a folder. */
export function importsIn(folder: string, root: string): readonly SourceImport[] {
  return filesBelow(folder).flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return [
      ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'";]*?(?:from\s*)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g),
    ].map((match) => ({
      file: relative(root, file),
      line: text.slice(0, (match.index ?? 0) + match[0].length).split("\n").length,
      specifier: match[1] ?? match[2] ?? "",
    }));
  });
}

/** Checks every package and connector below `root` against the direction rule. */
export function checkLayers(root: string): readonly LayerFault[] {
  const faults: LayerFault[] = [];
  for (const name of folders(join(root, "packages"))) {
    const rank = RANKS[name];
    if (rank === undefined) {
      faults.push({
        file: `packages/${name}`,
        line: 1,
        message: `The package ${name} has no number: add it to tools/layers/ranks.ts.`,
      });
      continue;
    }
    for (const found of importsIn(join(root, "packages", name, "src"), root)) faults.push(...packageFault(name, rank, found));
  }
  for (const name of folders(join(root, "connectors"))) {
    for (const part of ["src", "test"] as const) {
      for (const found of importsIn(join(root, "connectors", name, part), root))
        faults.push(...connectorFault(name, part, found));
    }
  }
  return faults;
}

function packageFault(name: string, rank: number, found: SourceImport): readonly LayerFault[] {
  const fault = (message: string): readonly LayerFault[] => [{ file: found.file, line: found.line, message }];
  if (found.specifier.startsWith("node:") && BROWSER.includes(name)) {
    return fault(`${name} runs in a browser and imports ${found.specifier}.`);
  }
  const target = mortisePackage(found.specifier);
  if (target === undefined || target === name) return [];
  if (target.startsWith("connector-")) {
    return rank >= CONNECTOR_USERS_FROM
      ? []
      : fault(`${name} (${rank}) imports ${target}: only packages from ${CONNECTOR_USERS_FROM} on compose connectors.`);
  }
  const targetRank = RANKS[target];
  if (targetRank === undefined) return fault(`${name} imports ${target}, which is not a package of the house.`);
  return targetRank < rank ? [] : fault(`${name} (${rank}) imports ${target} (${targetRank}): only lower numbers are allowed.`);
}

function connectorFault(name: string, part: "src" | "test", found: SourceImport): readonly LayerFault[] {
  const target = mortisePackage(found.specifier);
  if (target === undefined || target === `connector-${name}` || CONNECTOR_IMPORTS[part].includes(target)) return [];
  return [
    {
      file: found.file,
      line: found.line,
      message: `The ${part} of connector ${name} imports ${target}: allowed are ${CONNECTOR_IMPORTS[part].join(", ")}.`,
    },
  ];
}

/** `contract` for `@mortise/contract/validation`; undefined for anything outside the house. */
function mortisePackage(specifier: string): string | undefined {
  return /^@mortise\/([^/]+)/.exec(specifier)?.[1];
}

/** Names of the folders in a folder, sorted. */
export function folders(path: string): readonly string[] {
  return readdirSync(path)
    .filter((name) => statSync(join(path, name)).isDirectory())
    .sort();
}

function filesBelow(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return /\.(ts|tsx)$/.test(path) ? [path] : [];
  return readdirSync(path)
    .filter((name) => name !== "node_modules" && name !== "dist")
    .flatMap((name) => filesBelow(join(path, name)));
}
