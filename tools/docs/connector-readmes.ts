import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { connectorReadme } from "@mortise/cli";
import type { Connector } from "@mortise/sdk";

/** The README of every connector of the house, as `mortise build` writes it. */
export async function connectorReadmes(root: string): Promise<readonly (readonly [path: string, text: string])[]> {
  const names = readdirSync(join(root, "connectors")).filter((name) => existsSync(sourceOf(root, name)));
  return await Promise.all(
    names.map(async (name) => {
      const { default: connector } = (await import(pathToFileURL(sourceOf(root, name)).href)) as { default: Connector };
      const docs = join(root, "connectors", name, "docs.md");
      const own = existsSync(docs) ? readFileSync(docs, "utf8") : "";
      return [`connectors/${name}/README.md`, connectorReadme(connector.contract, own)] as const;
    }),
  );
}

function sourceOf(root: string, name: string): string {
  return join(root, "connectors", name, "src", "connector.ts");
}
