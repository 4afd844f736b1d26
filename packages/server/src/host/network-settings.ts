import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { type Diagnostic, MortiseError } from "@mortise/contract";
import type { ProxySettings, TransportName } from "@mortise/runtime";

/** How the configuration says how calls leave: secrets and certificates are in files of their own. */
export interface NetworkSettings {
  readonly transport?: TransportName;
  readonly proxy?: Omit<ProxySettings, "credential"> & {
    /** `passwordFile` starts at the configuration's folder. Absent: `MORTISE_PROXY_PASSWORD`. */
    readonly credential?: { readonly username: string; readonly passwordFile?: string };
  };
  /** Files of PEM certificates, from the configuration's folder. */
  readonly ca?: readonly string[];
}

/** The same, read: as the runtime takes it. */
export interface Network {
  readonly transport?: TransportName;
  readonly proxy?: ProxySettings;
  readonly ca?: readonly string[];
}

const TRANSPORTS: readonly string[] = ["got", "undici"] satisfies readonly TransportName[];
const PROXY_KEYS = ["url", "noProxy", "tunnel", "credential"];
const CREDENTIAL_KEYS = ["username", "passwordFile"];

/** Reads the files that the settings name. Throws `UNREADABLE_FILE`, `INVALID_DOCUMENT` for what is no certificate, `MISCONFIGURED` without a password. */
export async function readNetwork(
  { transport, proxy, ca }: NetworkSettings,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Network> {
  return {
    ...(transport === undefined ? {} : { transport }),
    ...(proxy === undefined ? {} : { proxy: await readProxy(proxy, folder, env) }),
    ...(ca === undefined ? {} : { ca: await Promise.all(ca.map((file) => readAuthority(resolve(folder, file)))) }),
  };
}

async function readProxy(
  { credential, ...proxy }: NonNullable<NetworkSettings["proxy"]>,
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProxySettings> {
  if (credential === undefined) return proxy;
  const { username, passwordFile } = credential;
  const password =
    passwordFile === undefined
      ? env.MORTISE_PROXY_PASSWORD
      : (await readText(resolve(folder, passwordFile))).replace(/\r?\n$/, "");
  if (password === undefined || password === "") {
    throw new MortiseError("MISCONFIGURED", "There is no password for the proxy.", {
      remedy: "Name a file with it in proxy.credential.passwordFile, or set MORTISE_PROXY_PASSWORD.",
    });
  }
  return { ...proxy, credential: { username, password } };
}

async function readAuthority(file: string): Promise<string> {
  const text = await readText(file);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return text;
  throw new MortiseError("INVALID_DOCUMENT", `ca: ${file} holds no certificate in PEM form, or a broken one.`, { path: file });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: Error) => {
    throw new MortiseError("UNREADABLE_FILE", `${file} could not be read: ${error.message}.`, { path: file, cause: error });
  });
}

/** What is wrong with the keys `transport`, `proxy` and `ca` of a configuration. */
export function networkFaults({ transport, proxy, ca }: { readonly [key: string]: unknown }): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  if (transport !== undefined && !(typeof transport === "string" && TRANSPORTS.includes(transport)))
    faults.push(fault("/transport", `expected ${TRANSPORTS.map((name) => `"${name}"`).join(" or ")}`));
  if (ca !== undefined && !isTexts(ca)) faults.push(fault("/ca", 'expected a list of files as "corp-root.pem"'));
  if (proxy !== undefined) faults.push(...proxyFaults(proxy));
  return faults;
}

function proxyFaults(proxy: unknown): readonly Diagnostic[] {
  if (!isObject(proxy)) return [fault("/proxy", 'expected { "url": "http://proxy.corp.example:3128" }')];
  const { url, noProxy, tunnel, credential } = proxy;
  const faults = unknownKeys(proxy, "/proxy", PROXY_KEYS);
  if (!isProxyUrl(url))
    faults.push(fault("/proxy/url", 'expected an origin as "http://proxy.corp.example:3128", without a user name'));
  if (noProxy !== undefined && !isTexts(noProxy))
    faults.push(fault("/proxy/noProxy", 'expected a list as [".corp.example", "10.0.0.0/8"]'));
  if (tunnel !== undefined && tunnel !== "address" && tunnel !== "name")
    faults.push(fault("/proxy/tunnel", 'expected "address" or "name"'));
  if (credential === undefined) return faults;
  if (!isObject(credential)) return [...faults, fault("/proxy/credential", 'expected { "username": "…", "passwordFile": "…" }')];
  faults.push(...unknownKeys(credential, "/proxy/credential", CREDENTIAL_KEYS));
  const { username, passwordFile } = credential;
  if (typeof username !== "string" || username === "" || username.includes(":"))
    faults.push(fault("/proxy/credential/username", "expected a text without a colon"));
  if (passwordFile !== undefined && typeof passwordFile !== "string")
    faults.push(fault("/proxy/credential/passwordFile", "expected a file"));
  return faults;
}

function unknownKeys(value: object, path: string, known: readonly string[]): Diagnostic[] {
  const others = Object.keys(value).filter((key) => !known.includes(key));
  // A password that is written here would be one more copy of it: the message names the key, never its value.
  return others.map((key) => ({
    ...fault(`${path}/${key}`, `is no key here; there are ${known.join(", ")}`),
    code: "UNKNOWN_KEY",
  }));
}

function isProxyUrl(value: unknown): boolean {
  const url = typeof value === "string" ? URL.parse(value) : null;
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && `${url.pathname}${url.search}${url.hash}` === "/";
  return isOrigin && url.username === "" && url.password === "";
}

function fault(path: string, message: string): Diagnostic {
  return { code: "INVALID_VALUE", severity: "error", path, message };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
