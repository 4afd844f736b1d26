import type { JsonSchemaObject, Value } from "@mortise/contract";
import { type Address, baseUrlAddress } from "./address.ts";
import type { ServerVariable, SourceServer } from "./read-servers.ts";
import { settingName } from "./setting-name.ts";

/** A base URL as people type it. */
const BASE_URL = Object.freeze({
  type: "string",
  format: "uri",
  pattern: "^https?://[^\\s?#]+$",
  "x-help": "a URL such as https://api.example.com",
} as const satisfies JsonSchemaObject);

/**
 * The address that a list of servers comes to. One https server is a fixed host, its variables are settings; several are a choice;
 * anything that cannot be told before the connection is made is a setting with a base URL.
 */
export function addressOf(servers: readonly SourceServer[], isMain: boolean): Address {
  const secure = servers.filter(({ url }) => url.startsWith("https://"));
  const usable = secure.length > 0 ? secure : servers;
  const [first] = usable;
  if (first === undefined)
    return baseUrlAddress("baseUrl", { ...BASE_URL, title: "Base URL", description: "Where the paths of calls start." });
  const distinct = [
    ...new Set(usable.filter(({ variables, url }) => variables.size === 0 && !hasHole(url)).map(({ url }) => trimmed(url))),
  ];
  if (isMain && secure.length > 0 && distinct.length > 1 && distinct.length === usable.length) return choice(distinct);
  if (secure.length === 0) return openAddress(first);
  return isPlain(first.url) ? fixed(first, isMain) : openAddress(first);
}

const hasHole = (url: string): boolean => /\{[^{}]*\}/.test(url);
const trimmed = (url: string): string => url.replace(/\/+$/, "");

/** Whether scheme and host can be told apart from the rest: holes are labels, ports or path segments, nothing bigger. */
function isPlain(url: string): boolean {
  const host = /^https:\/\/([^/?#]*)/.exec(url)?.[1] ?? "";
  return /^[A-Za-z0-9_.-]+(:\d+|:x)?$/.test(host.replaceAll(/\{[^{}]*\}/g, "x"));
}

function choice(urls: readonly string[]): Address {
  return baseUrlAddress("baseUrl", {
    type: "string",
    title: "Base URL",
    description: "Which of the system's addresses is called.",
    enum: urls,
    default: urls[0] ?? "",
  });
}

/** A host that is known, or that settings fill in. */
function fixed(server: SourceServer, isMain: boolean): Address {
  const named = withPlaceholder(server);
  const [, host = "", rest = ""] = /^https:\/\/([^/?#]*)([^?#]*)/.exec(named.url) ?? [];
  const settings: { [name: string]: JsonSchemaObject } = {};
  const path: { [hole: string]: Value } = {};
  const hostTemplate = host.replaceAll(/\{([^{}]*)\}/g, (_, variable: string) => {
    const name = settingName(variable);
    settings[name] = variableSetting(variable, named.variables.get(variable), "host");
    return `{settings.${name}}`;
  });
  const inPath = (text: string, part: "host" | "path"): string =>
    text.replaceAll(/\{([^{}]*)\}/g, (_, variable: string) => {
      const name = settingName(variable);
      settings[name] ??= variableSetting(variable, named.variables.get(variable), part);
      path[name] = { $cel: `settings.${name}` };
      return `{${name}}`;
    });
  const basePath = inPath(trimmed(rest), "path");
  const prefix = isMain ? basePath : `https://${inPath(host, "host")}${basePath}`;
  const styles = Object.fromEntries(Object.keys(path).map((name) => [name, { allowReserved: true }]));
  return { prefix, path, styles, hosts: [hostTemplate], settings };
}

/** `your-domain.example.com` means that every customer has a host. */
function withPlaceholder(server: SourceServer): SourceServer {
  const found =
    /^https:\/\/[^/]*?((?:your|my)[-_]?(?:domain|company|subdomain|instance|tenant|account|site|org|organization|workspace|team|host|server)[a-z-]*)[.:/]/i.exec(
      server.url,
    )?.[1];
  if (found === undefined || hasHole(server.url)) return server;
  const variable: ServerVariable = { default: undefined, enum: [], description: `What stands for "${found}" in ${server.url}.` };
  return { ...server, url: server.url.replace(found, `{${found}}`), variables: new Map([[found, variable]]) };
}

function variableSetting(variable: string, given: ServerVariable | undefined, part: "host" | "path"): JsonSchemaObject {
  const isPort = /port/i.test(variable) && part === "host";
  const pattern = part === "path" ? "^[^?#\\s\\\\]*$" : isPort ? "^[0-9]{1,5}$" : "^[A-Za-z0-9.-]+$";
  const known = given?.enum ?? [];
  const standard = given?.default;
  const choices = standard !== undefined && known.length > 0 && !known.includes(standard) ? [standard, ...known] : known;
  const usable = standard !== undefined && (choices.length > 0 || new RegExp(pattern, "u").test(standard)) ? standard : undefined;
  return {
    type: "string",
    title: variable.replaceAll(/[-_]+/g, " ").replace(/^./, (letter) => letter.toUpperCase()),
    ...(given?.description ? { description: given.description } : {}),
    ...(choices.length > 0 ? { enum: [...new Set(choices)] } : { pattern }),
    ...(usable === undefined ? {} : { default: usable }),
  };
}

/** A server whose host is not known: relative, plain http, or a variable that is a URL itself. */
function openAddress(server: SourceServer): Address {
  const filled = server.url.replaceAll(
    /\{([^{}]*)\}/g,
    (hole, variable: string) => server.variables.get(variable)?.default ?? hole,
  );
  const leading = /^\{([^{}]*)\}(\/.*)?$/.exec(server.url);
  if (leading !== null) {
    const [, variable = "", rest = ""] = leading;
    const given = server.variables.get(variable);
    const isUrl = given?.default !== undefined && /^https?:\/\//.test(given.default);
    const name = isUrl ? settingName(variable) : "baseUrl";
    const title = isUrl ? variable : "Base URL";
    return baseUrlAddress(
      name,
      {
        ...BASE_URL,
        title,
        ...(given?.description ? { description: given.description } : {}),
        ...(isUrl && given.default ? { default: given.default } : {}),
      },
      hasHole(rest) ? "" : trimmed(rest),
    );
  }
  const isAbsolute = /^https?:\/\/[^\s?#{}]+$/.test(filled);
  const rest =
    isAbsolute || hasHole(filled) ? "" : trimmed(filled.startsWith("/") ? filled : `/${filled.replace(/^\.?\/*/, "")}`);
  const description = isAbsolute ? undefined : "Where the paths of calls start.";
  return baseUrlAddress(
    "baseUrl",
    {
      ...BASE_URL,
      title: "Base URL",
      ...(description ? { description } : {}),
      ...(isAbsolute ? { default: trimmed(filled) } : {}),
    },
    rest === "/" || /[?#\s]/.test(rest) ? "" : rest,
  );
}

/** A base URL that every connection sets; the document's own is the default where it is known. */
export function settingAddress(servers: readonly SourceServer[]): Address {
  const absolute = servers
    .map(({ url, variables }) =>
      trimmed(url.replaceAll(/\{([^{}]*)\}/g, (hole, name: string) => variables.get(name)?.default ?? hole)),
    )
    .find((url) => /^https?:\/\/[^\s?#{}]+$/.test(url));
  return baseUrlAddress("baseUrl", { ...BASE_URL, title: "Base URL", ...(absolute === undefined ? {} : { default: absolute }) });
}
