import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { backingOff, environmentKeys, fileKeys, type KekProvider, type KeyTransport, keyring, transitKeys } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import type { TransitSettings, VaultSettings } from "./vault-settings.ts";

const ANSWER_MS = 5_000;

/** Options of {@link openKeys}. */
export interface OpenKeysOptions {
  /** Of the deployment's configuration. Absent: `MORTISE_KEY` where it is set, else the file in the data folder. */
  readonly settings?: VaultSettings | undefined;
  readonly dataDir?: string | undefined;
  /** Absent: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Epoch ms. Absent: the machine's clock. */
  readonly now?: () => number;
  /** Absent: `fetch`, without redirects, 5 s at most. */
  readonly transport?: KeyTransport;
}

/** The deployment's keys. No network is used before the first secret. Throws `MISCONFIGURED`. */
export function openKeys(options: OpenKeysOptions): KekProvider {
  const env = options.env ?? process.env;
  const settings = options.settings ?? (env.MORTISE_KEY ? { provider: "environment" } : { provider: "file" });
  const { previous = [] } = settings;
  return keyring(one(settings, options), ...previous.map((each) => openKeys({ ...options, settings: each })));
}

function one(settings: VaultSettings, options: OpenKeysOptions): KekProvider {
  const env = options.env ?? process.env;
  const now = options.now ?? Date.now;
  const region = settings.region === undefined ? {} : { region: settings.region };
  if (settings.provider === "environment") {
    if (!env.MORTISE_KEY) throw noKey();
    return environmentKeys({ env, ...region });
  }
  if (settings.provider === "file") {
    const path = settings.file ?? (options.dataDir === undefined ? undefined : join(options.dataDir, "keys", "local.key"));
    if (path === undefined) throw noKey();
    return fileKeys({ path, now, ...region });
  }
  const { key, mount, namespace, derived } = settings;
  const engine = transitKeys({
    address: addressOf(settings, env),
    key,
    ...(mount === undefined ? {} : { mount }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(derived === undefined ? {} : { derived }),
    ...region,
    token: () => tokenOf(settings, env),
    transport: options.transport ?? overFetch,
    now,
  });
  return backingOff(engine, { now, sleep: (ms) => delay(ms), random: Math.random });
}

function addressOf({ address }: TransitSettings, env: Readonly<Record<string, string | undefined>>): string {
  const found = address ?? env.BAO_ADDR ?? env.VAULT_ADDR;
  if (found) return found;
  throw new MortiseError("MISCONFIGURED", "The Transit engine has no address.", {
    remedy: 'Set "address" of "vault" in the deployment configuration, or BAO_ADDR.',
  });
}

async function tokenOf({ tokenFile }: TransitSettings, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  if (tokenFile !== undefined) {
    const text = await readFile(tokenFile, "utf8").catch((cause: Error) => {
      throw new MortiseError("VAULT_UNAVAILABLE", `The token file ${tokenFile} could not be read.`, { cause });
    });
    return text.trim();
  }
  const found = env.BAO_TOKEN ?? env.VAULT_TOKEN;
  if (found) return found;
  throw new MortiseError("MISCONFIGURED", "There is no token for the Transit engine.", {
    remedy: 'Set "tokenFile" of "vault" in the deployment configuration, or BAO_TOKEN.',
  });
}

/** The operator named the address, so it is not for the egress client to allow; the token must not follow a redirect. */
const overFetch: KeyTransport = (url, request) =>
  fetch(url, { ...request, redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });

function noKey(): MortiseError {
  return new MortiseError("MISCONFIGURED", "There is no key to seal credentials with.", {
    remedy: "Set MORTISE_KEY to 32 random bytes in base64, the same in every process.",
  });
}
