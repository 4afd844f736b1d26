import { resolve } from "node:path";
import type { Diagnostic } from "@mortise/contract";

/** Where the deployment's key-encrypting keys are. Secrets of the provider itself come from files and the environment, never from here. */
export type VaultSettings = FileSettings | EnvironmentSettings | TransitSettings;

interface Common {
  /** Region of the keys; secrets sealed in another one do not open. Absent: none. */
  readonly region?: string;
  /** Providers that only open what they sealed, until a rotation has moved it. Absent: none. */
  readonly previous?: readonly VaultSettings[];
}

/** Keys in a private file. */
export interface FileSettings extends Common {
  readonly provider: "file";
  /** Absent: `keys/local.key` in the data folder. */
  readonly file?: string;
}

/** `MORTISE_KEY`, and `MORTISE_KEY_PREVIOUS` for older ones. */
export interface EnvironmentSettings extends Common {
  readonly provider: "environment";
}

/** The Transit engine of OpenBao or HashiCorp Vault. */
export interface TransitSettings extends Common {
  readonly provider: "transit";
  /** E.g. `https://bao.internal:8200`; absent: `BAO_ADDR`, else `VAULT_ADDR`. */
  readonly address?: string;
  readonly key: string;
  /** Absent: `transit`. */
  readonly mount?: string;
  /** Absent: the root namespace. */
  readonly namespace?: string;
  /** Whether the key is derived. Absent: false. */
  readonly derived?: boolean;
  /** File with the token, read before every request. Absent: `BAO_TOKEN`, else `VAULT_TOKEN`. */
  readonly tokenFile?: string;
}

const TEXTS: Readonly<Record<VaultSettings["provider"], readonly string[]>> = {
  file: ["file", "region"],
  environment: ["region"],
  transit: ["address", "key", "mount", "namespace", "tokenFile", "region"],
};

/** Settings whose relative paths start at the configuration's folder. */
export function fromFolder(settings: VaultSettings, folder: string): VaultSettings {
  const previous = settings.previous?.map((each) => fromFolder(each, folder));
  const rest = previous ? { previous } : {};
  if (settings.provider === "file" && settings.file !== undefined)
    return { ...settings, file: resolve(folder, settings.file), ...rest };
  if (settings.provider === "transit" && settings.tokenFile !== undefined)
    return { ...settings, tokenFile: resolve(folder, settings.tokenFile), ...rest };
  return { ...settings, ...rest };
}

/** What is wrong with the key `vault` of a deployment's configuration. */
export function vaultFaults(value: unknown, path = "/vault"): readonly Diagnostic[] {
  if (!isObject(value)) return [fault(path, 'expected an object, e.g. { "provider": "file" }')];
  const { provider } = value;
  if (provider !== "file" && provider !== "environment" && provider !== "transit")
    return [fault(`${path}/provider`, 'expected "file", "environment" or "transit"')];
  const texts = TEXTS[provider];
  const faults = Object.entries(value).flatMap(([key, entry]): readonly Diagnostic[] => {
    if (key === "provider") return [];
    if (key === "previous")
      return Array.isArray(entry)
        ? entry.flatMap((each, index) => vaultFaults(each, `${path}/previous/${index}`))
        : [fault(`${path}/previous`, "expected a list of providers")];
    if (key === "derived" && provider === "transit")
      return typeof entry === "boolean" ? [] : [fault(`${path}/derived`, "expected true or false")];
    if (!texts.includes(key))
      return [{ ...fault(`${path}/${key}`, `is not a key of the provider "${provider}"`), code: "UNKNOWN_KEY" }];
    return typeof entry === "string" && entry !== "" ? [] : [fault(`${path}/${key}`, "expected a text")];
  });
  if (provider !== "transit") return faults;
  const missing = value.key === undefined ? [fault(`${path}/key`, "expected the name of the engine's key")] : [];
  return [...faults, ...missing, ...addressFaults(value.address, `${path}/address`)];
}

/** Plain http is for this machine alone: the token goes with every request. */
function addressFaults(address: unknown, path: string): readonly Diagnostic[] {
  if (typeof address !== "string") return [];
  const url = URL.parse(address);
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
  const good = url?.protocol === "https:" || (url?.protocol === "http:" && local);
  return good && !url.username && !url.password ? [] : [fault(path, "expected an https address without a user")];
}

function fault(path: string, message: string): Diagnostic {
  return { code: "INVALID_VALUE", severity: "error", path, message };
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
