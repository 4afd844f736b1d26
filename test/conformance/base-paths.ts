import { parse } from "yaml";

interface Place {
  readonly basePath?: string;
  readonly servers?: readonly { readonly url?: string }[];
}

/** Paths that servers of a document put before its own: Prism serves without them. Longest first. */
export function basePaths(text: string): readonly string[] {
  const root = parse(text, { maxAliasCount: -1 }) as Place & { readonly paths?: { readonly [path: string]: Place } };
  const places: Place[] = [root];
  for (const item of Object.values(root.paths ?? {})) {
    places.push(item);
    for (const operation of Object.values(item as { readonly [method: string]: Place })) places.push(operation ?? {});
  }
  const found = places.flatMap(({ basePath, servers }) => [
    ...(typeof basePath === "string" ? [basePath] : []),
    ...(Array.isArray(servers) ? (servers as readonly { readonly url?: string }[]).map(({ url = "" }) => pathOf(url)) : []),
  ]);
  return [...new Set(found.map((path) => path.replace(/\/+$/, "")))]
    .filter((path) => path !== "")
    .sort((a, b) => b.length - a.length);
}

/** The path of a server's URL; holes stay as they are. */
function pathOf(url: string): string {
  return url.replace(/^[a-z{][^/]*\/\/[^/]*/i, "").replace(/^\{[^/]*\}/, "");
}
