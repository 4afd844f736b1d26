import { type AuthScheme, type Contract, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { subSchemas } from "../walk/sub-schemas.ts";

export const httpsOnly = defineCheck({
  id: "MC028",
  name: "https-only",
  severity: "error",
  title: "Calls and links go over HTTPS to public hosts; no URL holds a script or data.",
  why: "Plain HTTP shows the credential to everybody on the way; a private host in a contract reaches into whatever network it is installed in; `javascript:` runs in the browser of whoever clicks.",
  reading:
    "Hosts that a person sets (`{settings.host}`) are judged by the deployment's egress policy when they are known. A link that only people follow is a warning where it is plain http.",
  autofix: "Uses `https:`.",
  bad: { contract: { hosts: ["{settings.region}.acme.example", "169.254.169.254"] } },
  good: { contract: { hosts: ["{settings.region}.acme.example", "files.acme.example"] } },
  adopts: ({ message }) => /plain http can be read|only http and https are called/.test(message),
  run: ({ contract, schemas }) => [
    ...contract.hosts.flatMap((host, index) => (isPrivate(host) ? [privateHost(host, `/hosts/${index}`)] : [])),
    ...places(contract).flatMap(([path, url]) => urlFaults(url, path)),
    ...schemas().flatMap(({ path, schema }) => schemaFaults({ ...schema }, path)),
  ],
});

type Placed = readonly [path: string, text: string];

/** Every fixed URL of a contract besides those of requests. */
function places(contract: Contract): readonly Placed[] {
  const found: Placed[] = [];
  for (const key of ["homepage", "privacy", "support", "icon"] as const) {
    const text = contract[key];
    if (text !== undefined) found.push([`/${key}`, text]);
  }
  for (const [id, scheme] of Object.entries(contract.auth)) found.push(...authPlaces(scheme, joinPointer("auth", id)));
  for (const [name, { request }] of Object.entries(contract.operations))
    if (typeof request?.url === "string" && !request.url.startsWith("http:"))
      found.push([joinPointer("operations", name, "request", "url"), request.url]);
  return found;
}

function authPlaces(scheme: AuthScheme, at: string): readonly Placed[] {
  const help: readonly Placed[] = [...(scheme.help ?? "").matchAll(/[a-z][a-z+.-]*:[^\s)"'<>]+/gi)].map(([url]) => [
    `${at}/help`,
    url,
  ]);
  if (scheme.kind === "all") return [...help, ...scheme.of.flatMap((one, index) => authPlaces(one, `${at}/of/${index}`))];
  return [...help, ...addresses(scheme, at)];
}

/** Wherever a scheme has an address, its key ends so. */
const ADDRESS = /(^url|Url|^issuer)$/;

/** Every address that signing in goes to. */
function addresses(part: object, at: string): readonly Placed[] {
  return Object.entries(part).flatMap(([key, value]): readonly Placed[] => {
    if (key === "fields" || key === "code") return [];
    if (typeof value === "string") return ADDRESS.test(key) ? [[at + joinPointer(key), value]] : [];
    return typeof value === "object" && value !== null ? addresses(value, at + joinPointer(key)) : [];
  });
}

function urlFaults(url: string, path: string): readonly Finding[] {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined || scheme === "mailto" || scheme === "tel") return [];
  if (ACTIVE.has(scheme))
    return [{ code: "UNSAFE_CONTRACT", path, message: `holds a ${scheme}: URL, which runs or hides something` }];
  if (!["http", "https"].includes(scheme)) return [];
  const host = /^[a-z]+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)/i.exec(url.trim())?.[1] ?? "";
  if (isPrivate(host)) return [privateHost(host, path)];
  if (scheme === "https") return [];
  const fix = path.endsWith("/help")
    ? { title: "Write https." }
    : { title: "Use https.", patch: [{ op: "replace" as const, path, value: url.trim().replace(/^http:/i, "https:") }] };
  return [
    {
      code: "UNSAFE_CONTRACT",
      path,
      message: "plain http can be read and changed on the way; use https",
      fix,
      ...(LINKS.has(path) ? { severity: "warning" } : {}),
    },
  ];
}

/** Places of links for people. */
const LINKS: ReadonlySet<string> = new Set(["/homepage", "/privacy", "/support"]);

const ACTIVE: ReadonlySet<string> = new Set(["javascript", "data", "vbscript", "file"]);

/** A text that is a script's URL, or a link of Markdown to one, or to data. */
const SCRIPT = /^\s*(javascript|vbscript):|\]\(\s*(javascript|vbscript|data):/i;

function schemaFaults(schema: { readonly [key: string]: unknown }, at: string): readonly Finding[] {
  const own = ["default", "x-help", "x-placeholder", "description"].flatMap((key): readonly Finding[] => {
    const text = schema[key];
    if (typeof text !== "string" || !SCRIPT.test(text)) return [];
    return [{ code: "UNSAFE_CONTRACT", path: `${at}/${key}`, message: "holds a URL that runs a script or hides data" }];
  });
  return [...own, ...subSchemas(schema, at).flatMap(([path, child]) => schemaFaults({ ...child }, path))];
}

function privateHost(host: string, path: string): Finding {
  return {
    code: "UNSAFE_CONTRACT",
    path,
    message: `"${host}" is a host of a private network; a connector calls public hosts, or one that a setting names`,
  };
}

const PRIVATE: readonly RegExp[] = Object.freeze([
  /^localhost$/,
  /\.(local|localhost|internal|intranet|lan|home|corp)$/,
  /^(0|10|127)\.\d+\.\d+\.\d+$/,
  /^169\.254\.\d+\.\d+$/,
  /^192\.168\.\d+\.\d+$/,
  /^172\.(1[6-9]|2\d|3[01])\.\d+\.\d+$/,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+$/,
  /^\[?(::1?|f[cd][0-9a-f]{2}:.*|fe80:.*)\]?$/,
]);

function isPrivate(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, "");
  return PRIVATE.some((pattern) => pattern.test(name));
}
