import { own, ownList, ownText } from "../document/loose.ts";
import { child, entries, items, type Place } from "../document/place.ts";
import type { Dialect } from "../schemas/schema-importer.ts";

/** One Server Object (OpenAPI 3.1 §4.8.5), or what 2.0 says instead. */
export interface SourceServer {
  readonly url: string;
  readonly place: Place;
  readonly variables: ReadonlyMap<string, ServerVariable>;
}

/** One Server Variable Object (OpenAPI 3.1 §4.8.6). */
export interface ServerVariable {
  readonly default: string | undefined;
  readonly enum: readonly string[];
  readonly description: string | undefined;
}

/** The servers that a list names; entries without a URL are left out. */
export function readServers(list: Place | undefined): readonly SourceServer[] {
  return items(list).flatMap((place) => {
    const url = ownText(place.value, "url");
    if (url === undefined) return [];
    const variables = entries(child(place, "variables")).map(([name, { value }]): [string, ServerVariable] => {
      const standard = own(value, "default");
      return [
        name,
        {
          default: typeof standard === "string" || typeof standard === "number" ? String(standard) : undefined,
          enum: ownList(value, "enum").filter((each): each is string => typeof each === "string"),
          description: ownText(value, "description"),
        },
      ];
    });
    return [{ url, place, variables: new Map(variables) }];
  });
}

/** The servers of a whole document: `servers`, or `schemes`, `host` and `basePath`. */
export function documentServers(root: Place, dialect: Dialect): readonly SourceServer[] {
  if (dialect !== "2.0") return readServers(child(root, "servers"));
  const host = ownText(root.value, "host");
  const given = ownText(root.value, "basePath") ?? "";
  const basePath = given === "" || given.startsWith("/") ? given : `/${given}`;
  const schemes = ownList(root.value, "schemes").filter((scheme) => scheme === "https" || scheme === "http");
  const place = child(root, "host") ?? child(root, "basePath") ?? root;
  const server = (url: string): SourceServer => ({ url, place, variables: new Map() });
  if (host === undefined) return basePath === "" ? [] : [server(basePath)];
  return (schemes.length > 0 ? schemes : ["https"]).map((scheme) => server(`${String(scheme)}://${host}${basePath}`));
}
