import { type Json, MortiseError } from "@mortise/contract";

type Settings = { readonly [name: string]: Json };

const HOLE = /\{settings\.([A-Za-z0-9_]+)\}/g;

/**
 * The address of a token endpoint or a login: `{settings.x}` holes filled. A hole at the very start is a base URL; one in the host takes
 * a host name, or the host of a URL; any other is percent-encoded. Throws `MISCONFIGURED` for what is no address then.
 */
export function endpointUrl(template: string, settings: Settings): URL {
  const authorityEnd = template.indexOf("/", template.indexOf("//") + 2);
  const filled = template.replaceAll(HOLE, (_, name: string, at: number) => {
    const text = textOf(settings, name);
    if (at === 0) return text.replace(/\/+$/, "");
    return authorityEnd < 0 || at < authorityEnd ? hostOf(text, name) : partOf(text, name);
  });
  const url = URL.parse(filled);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new MortiseError("MISCONFIGURED", `The address of the sign-in is no URL: ${JSON.stringify(filled.slice(0, 200))}.`, {
    remedy: "Check the connection's settings.",
  });
}

/** Texts with their `{settings.x}` holes filled, as they are. */
export function filledTexts(
  templates: { readonly [name: string]: string } | undefined,
  settings: Settings,
): { readonly [name: string]: string } {
  const entries = Object.entries(templates ?? {});
  return Object.fromEntries(
    entries.map(([name, text]) => [name, text.replaceAll(HOLE, (_, setting: string) => textOf(settings, setting))]),
  );
}

function textOf(settings: Settings, name: string): string {
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  return value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
}

/** Text that would end the host would send the credential elsewhere. */
function hostOf(text: string, name: string): string {
  const host = URL.parse(text)?.host || text;
  if (/^[A-Za-z0-9.:[\]-]*[A-Za-z0-9\]][A-Za-z0-9.:[\]-]*$/.test(host)) return host;
  throw new MortiseError("MISCONFIGURED", `The setting ${name} is no host name: ${JSON.stringify(text.slice(0, 200))}.`, {
    path: `/settings/${name}`,
  });
}

/** Encoded, but for dot segments (RFC 3986 §5.2.4), which would lead to another path, and with it to another tenant's place. */
function partOf(text: string, name: string): string {
  if (!/^\.{1,2}$/.test(text)) return encodeURIComponent(text);
  throw new MortiseError("MISCONFIGURED", `The setting ${name} climbs in the path of an address: ${JSON.stringify(text)}.`, {
    path: `/settings/${name}`,
  });
}
