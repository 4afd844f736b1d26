import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folders, importsIn } from "./check-layers.ts";
import { RANKS } from "./ranks.ts";

const START = "<!-- map: made by `npm run map` -->";
const END = "<!-- /map -->";

/** The package map as Mermaid, drawn from the imports in the sources. */
export function drawMap(root: string): string {
  const names = folders(join(root, "packages")).toSorted((a, b) => (RANKS[a] ?? 0) - (RANKS[b] ?? 0) || a.localeCompare(b));
  const lines = ["```mermaid", "graph BT"];
  for (const rank of [...new Set(names.map((name) => RANKS[name] ?? 0))]) {
    lines.push(
      `  subgraph L${rank}["${rank}"]`,
      "    direction LR",
      ...names.filter((name) => RANKS[name] === rank).map((name) => `    ${name}`),
      "  end",
    );
  }
  lines.push(
    `  subgraph C["connectors"]`,
    "    direction LR",
    ...folders(join(root, "connectors")).map((name) => `    c_${name}[${name}]`),
    "  end",
  );
  for (const name of names) lines.push(...nearestTargets(root, names, name).map((target) => `  ${name} --> ${target}`));
  lines.push(
    "  C --> sdk",
    "  server --> C",
    "```",
    "",
    "| package | what it is |",
    "|---|---|",
    ...names.map((name) => row(root, name)),
  );
  return lines.join("\n");
}

/** Direct imports less those that another direct import brings along: arrows that people can read. */
function nearestTargets(root: string, names: readonly string[], name: string): readonly string[] {
  const direct = targetsOf(root, names, name);
  const indirect = new Set(direct.flatMap((target) => reach(root, names, target)));
  return direct.filter((target) => !indirect.has(target));
}

function reach(root: string, names: readonly string[], name: string): readonly string[] {
  const direct = targetsOf(root, names, name);
  return [...new Set([...direct, ...direct.flatMap((target) => reach(root, names, target))])];
}

function targetsOf(root: string, names: readonly string[], name: string): readonly string[] {
  const found = importsIn(join(root, "packages", name, "src"), root).map(
    ({ specifier }) => /^@mortise\/([^/]+)/.exec(specifier)?.[1] ?? "",
  );
  return [...new Set(found)].filter((target) => target !== name && names.includes(target)).sort();
}

function row(root: string, name: string): string {
  const { description } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as {
    description: string;
  };
  return `| [\`${name}\`](packages/${name}) | ${description} |`;
}

/** The README with its map drawn anew. Throws when the markers are missing. */
export function withMap(readme: string, map: string): string {
  const start = readme.indexOf(START);
  const end = readme.indexOf(END);
  if (start < 0 || end < start) throw new Error(`README.md lacks the lines ${START} and ${END}.`);
  return `${readme.slice(0, start)}${START}\n${map}\n${readme.slice(end)}`;
}
