import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { connectorDocs } from "@mortise/cli";
import type { Connector } from "@mortise/sdk";

/** The documentation of every connector of the house, as `mortise docs` writes it. */
export async function connectorPages(root: string): Promise<readonly (readonly [path: string, text: string])[]> {
  const names = readdirSync(join(root, "connectors")).filter((name) => existsSync(sourceOf(root, name)));
  const pages = await Promise.all(
    names.map(async (name) => {
      const { default: connector } = (await import(pathToFileURL(sourceOf(root, name)).href)) as { default: Connector };
      const guide = join(root, "connectors", name, "docs.md");
      const docs = connectorDocs(connector.contract, existsSync(guide) ? readFileSync(guide, "utf8") : "");
      return [...docs].map(([path, text]) => [`connectors/${name}/${path}`, text] as const);
    }),
  );
  return pages.flat();
}

function sourceOf(root: string, name: string): string {
  return join(root, "connectors", name, "src", "connector.ts");
}
