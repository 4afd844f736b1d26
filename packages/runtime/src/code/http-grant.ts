import type { HttpCapability, Json } from "@mortise/contract";
import { normaliseHost } from "../egress/allow-list.ts";
import { fillHost } from "../operation/granted-hosts.ts";
import { pathPattern } from "./path-pattern.ts";

type Settings = { readonly [key: string]: Json };

/** A declared place as requests are held against it. */
export interface HttpGrant {
  readonly auth: HttpCapability["auth"];
  /** Host with its port where that is not 443; undefined where the declaration names none, or the settings do not say it. */
  origin(settings: Settings): string | undefined;
  fits(method: string, url: URL, settings: Settings): boolean;
}

const HTTPS_PORT = 443;

/** Compiles a declaration once. */
export function compileGrant(capability: HttpCapability): HttpGrant {
  const methods: ReadonlySet<string> = new Set(capability.methods);
  const paths = capability.paths.map(pathPattern);
  const place = (settings: Settings) => placeOf(capability, settings);
  return Object.freeze({
    auth: capability.auth,
    origin: (settings: Settings) => {
      const found = place(settings);
      if (found === undefined || found.host === "*") return undefined;
      const host = found.host.includes(":") ? `[${found.host}]` : found.host;
      return found.port === HTTPS_PORT ? host : `${host}:${found.port}`;
    },
    fits: (method: string, url: URL, settings: Settings) => {
      const found = place(settings);
      if (found === undefined || !methods.has(method) || portOf(url) !== found.port) return false;
      if (found.host !== "*" && normaliseHost(url.hostname) !== found.host) return false;
      return paths.some((matches) => matches(url.pathname));
    },
  } satisfies HttpGrant);
}

/** What to add to the contract for a request to be allowed: nothing but what the request itself says. */
export function missingGrant(method: string, url: URL): string {
  const port = portOf(url);
  const declaration = {
    host: url.hostname,
    ...(port === HTTPS_PORT ? {} : { port }),
    methods: [method],
    paths: [url.pathname],
    auth: "none",
  };
  return JSON.stringify(declaration);
}

function placeOf(
  { host, port }: HttpCapability,
  settings: Settings,
): { readonly host: string; readonly port: number } | undefined {
  if (host === "*") return { host, port: port ?? HTTPS_PORT };
  const filled = URL.parse(`https://${fillHost(host, settings)}`);
  if (filled === null || filled.hostname === "") return undefined;
  return { host: normaliseHost(filled.hostname), port: port ?? (filled.port === "" ? HTTPS_PORT : Number(filled.port)) };
}

const portOf = (url: URL): number => (url.port === "" ? (url.protocol === "http:" ? 80 : HTTPS_PORT) : Number(url.port));
