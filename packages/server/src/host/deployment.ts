import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Diagnostic, type Json, MortiseError, nearest, readJson } from "@mortise/contract";
import type { AdmissionOptions, EgressPolicy, FlagOptions, KillListOptions } from "@mortise/runtime";
import { type TelemetrySettings, telemetryFaults } from "../telemetry/telemetry-settings.ts";
import { fromFolder, type VaultSettings, vaultFaults } from "../vault/vault-settings.ts";
import { admissionFaults } from "./admission-settings.ts";
import type { ConnectorSource } from "./installed-connectors.ts";
import {
  flagFaults,
  type KillListSettings,
  killListFaults,
  type ListSettings,
  readFlags,
  readKillList,
} from "./list-settings.ts";
import { type Network, type NetworkSettings, networkFaults, readNetwork } from "./network-settings.ts";
import { type RetentionSettings, retentionFaults } from "./retention-settings.ts";
import { type SandboxSettings, sandboxFaults } from "./sandbox-settings.ts";

/** What this deployment allows beyond the safe default. Comes from configuration, never from a stored document. */
export interface Deployment extends Network {
  readonly egress?: EgressPolicy;
  /** Folders that file operations may use; `"*"`: whatever the process may. `base`: where relative paths start. */
  readonly files?: { readonly roots: readonly string[] | "*"; readonly base?: string };
  readonly trustedPublishers?: readonly string[];
  /** Connectors beside those that come with Mortise: the configuration's `connectors`. Absent: none. */
  readonly connectorSources?: readonly ConnectorSource[];
  /** Where events of connections that need their owner are posted as JSON; the egress policy holds for it. Absent: they are stored and logged. */
  readonly notify?: { readonly url: string };
  /**
   * The origin that browsers and other systems reach the server at: https, or http on loopback; no path. Redirect addresses, client metadata and
   * delivery addresses are made of it, and its host name is served. Absent: whatever address of this machine is asked.
   */
  readonly publicUrl?: string;
  /** Where the keys of the vault are. Absent: `MORTISE_KEY` where it is set, else a file in the data folder. */
  readonly vault?: VaultSettings;
  /** What workers share budgets by; `MORTISE_REDIS_URL` in its place. Absent: every process has its budgets for itself. */
  readonly redis?: {
    readonly url: string;
    readonly prefix?: string;
    /** Servers and workers of the deployment: what one of them that is started while Redis is away divides budgets by. */
    readonly workers?: number;
  };
  /** How much code of connectors may run. Absent: the sandbox's own limits. */
  readonly sandbox?: SandboxSettings;
  /** How much work a process of this deployment takes on. Absent: 10,000 calls in progress, and no quota. */
  readonly admission?: AdmissionOptions;
  /** Publishers, connectors, versions and operations that must not run in any process of the deployment. Absent: none. */
  readonly killList?: KillListOptions;
  /** Features that are on or off, by tenant. Absent: none. */
  readonly flags?: FlagOptions;
  /** Time that steps and calls in progress have to end when the process is told to stop, ms, up to 600,000. 0: none. Absent: 5,000. */
  readonly drainMs?: number;
  /** How long ended runs are kept. Absent: 14 days, 30 where they failed or were cancelled. */
  readonly retention?: RetentionSettings;
  /** Where spans, metrics and log records go, and who reads metrics. Absent: they stay in the process, and `/metrics` is there. */
  readonly telemetry?: TelemetrySettings;
}

/** The file as it is written: what it says of the network and of lists names other files. */
type Configuration = Omit<Deployment, keyof Network | "killList" | "flags" | "connectorSources"> &
  NetworkSettings & {
    readonly killList?: KillListSettings;
    readonly flags?: ListSettings;
    readonly connectors?: readonly string[];
  };

/** Options of {@link loadDeployment}. */
export interface DeploymentSources {
  /** Absent: `MORTISE_CONFIG`, else `mortise.config.json` in the working folder, where it exists. */
  readonly configFile?: string;
  /** Added to what the file allows. */
  readonly egressAllow?: readonly string[];
  /** In place of what the file says. */
  readonly filesRoots?: readonly string[];
  /** Where neither file nor environment says anything. Absent: none. */
  readonly defaultFilesRoots?: readonly string[] | "*";
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const KEYS = [
  "admission",
  "ca",
  "connectors",
  "drainMs",
  "egress",
  "files",
  "flags",
  "killList",
  "notify",
  "proxy",
  "publicUrl",
  "redis",
  "retention",
  "sandbox",
  "telemetry",
  "transport",
  "trustedPublishers",
  "vault",
] as const;
const ENTRY = /^(https?:\/\/[^\s/]+(:(\d+|\*))?\/?|tcp:\/\/[^\s/]+:(\d+|\*)|unix:\/.+)$/;

/** Reads the deployment's configuration. Throws `UNREADABLE_FILE`, or `INVALID_DOCUMENT` with all that is wrong. */
export async function loadDeployment(sources: DeploymentSources = {}): Promise<Deployment> {
  const env = sources.env ?? process.env;
  const named = sources.configFile ?? env.MORTISE_CONFIG;
  const file = resolve(named ?? "mortise.config.json");
  const config = named !== undefined || existsSync(file) ? await readConfig(file) : {};
  const allow = [...(config.egress?.allow ?? []), ...list(env.MORTISE_EGRESS_ALLOW), ...(sources.egressAllow ?? [])];
  const wrong = allow.filter((entry) => !ENTRY.test(entry));
  if (wrong.length > 0)
    throw refusal(
      "egress.allow",
      wrong.map((entry) => egressFault(entry)),
    );
  const roots = filesRoots(sources, env, config, dirname(file));
  return {
    ...(allow.length > 0 ? { egress: { allow: [...new Set(allow)] } } : {}),
    ...(await readNetwork(config, dirname(file), env)),
    ...redisOf(config, env),
    ...(roots ? { files: { roots } } : {}),
    ...(config.notify ? { notify: config.notify } : {}),
    ...(config.publicUrl === undefined ? {} : { publicUrl: new URL(config.publicUrl).origin }),
    ...(config.trustedPublishers ? { trustedPublishers: config.trustedPublishers } : {}),
    ...(config.connectors ? { connectorSources: config.connectors.map((name) => ({ name, from: dirname(file) })) } : {}),
    ...(config.admission ? { admission: config.admission } : {}),
    ...(config.retention ? { retention: config.retention } : {}),
    ...(config.sandbox ? { sandbox: config.sandbox } : {}),
    ...(config.telemetry ? { telemetry: config.telemetry } : {}),
    ...(config.killList ? { killList: readKillList(config.killList, dirname(file)) } : {}),
    ...(config.flags ? { flags: readFlags(config.flags, dirname(file)) } : {}),
    ...(config.drainMs === undefined ? {} : { drainMs: config.drainMs }),
    ...(config.vault ? { vault: fromFolder(config.vault, dirname(file)) } : {}),
  };
}

function redisOf(
  { redis }: Configuration,
  { MORTISE_REDIS_URL: url }: Readonly<Record<string, string | undefined>>,
): Pick<Deployment, "redis"> {
  const found = url ? { ...redis, url } : redis;
  if (found === undefined) return {};
  if (!isRedisUrl(found.url)) throw refusal("MORTISE_REDIS_URL", [redisFault("MORTISE_REDIS_URL")]);
  return { redis: found };
}

function filesRoots(
  sources: DeploymentSources,
  env: Readonly<Record<string, string | undefined>>,
  config: Configuration,
  folder: string,
): readonly string[] | "*" | undefined {
  if (sources.filesRoots) return sources.filesRoots.map((root) => resolve(root));
  const fromEnv = list(env.MORTISE_FILES_ROOTS);
  if (fromEnv.length > 0) return fromEnv.includes("*") ? "*" : fromEnv.map((root) => resolve(root));
  if (config.files) return config.files.roots === "*" ? "*" : config.files.roots.map((root) => resolve(folder, root));
  return sources.defaultFilesRoots;
}

function list(text: string | undefined): readonly string[] {
  return (text ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

async function readConfig(file: string): Promise<Configuration> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new MortiseError("UNREADABLE_FILE", `The deployment configuration ${file} could not be read: ${error.message}.`, {
      path: file,
      cause: error,
    });
  });
  const { value, diagnostics } = readJson(text, file);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const found = errors.length > 0 ? errors : faultsOf(value);
  if (found.length > 0) throw refusal(file, found);
  return value as unknown as Configuration;
}

function faultsOf(value: Json | undefined): readonly Diagnostic[] {
  if (!isObject(value)) return [fault("", "expected an object")];
  const faults: Diagnostic[] = [];
  for (const key of Object.keys(value)) {
    if ((KEYS as readonly string[]).includes(key)) continue;
    const suggestion = nearest(key, KEYS);
    faults.push({
      code: "UNKNOWN_KEY",
      severity: "error",
      path: `/${key}`,
      message: `"${key}" is not a key of the configuration.`,
      ...(suggestion ? { fix: { title: `Did you mean "${suggestion}"?` } } : {}),
    });
  }
  const { egress, files, notify, publicUrl, redis, sandbox, telemetry, trustedPublishers, vault } = value;
  if (egress !== undefined && !(isObject(egress) && isTexts(egress.allow)))
    faults.push(fault("/egress", 'expected { "allow": [ … ] } with texts'));
  if (files !== undefined && !(isObject(files) && (files.roots === "*" || isTexts(files.roots))))
    faults.push(fault("/files", 'expected { "roots": [ … ] } with folders, or "*"'));
  if (
    notify !== undefined &&
    !(isObject(notify) && typeof notify.url === "string" && /^https?:$/.test(URL.parse(notify.url)?.protocol ?? ""))
  )
    faults.push(fault("/notify", 'expected { "url": "https://…" }'));
  if (publicUrl !== undefined && !(typeof publicUrl === "string" && isPublicUrl(publicUrl)))
    faults.push(
      fault("/publicUrl", 'expected an origin as "https://mortise.example.com": https, or http on loopback, without a path'),
    );
  if (
    redis !== undefined &&
    !(isObject(redis) && isRedisUrl(redis.url) && ["undefined", "string"].includes(typeof redis.prefix) && isCount(redis.workers))
  )
    faults.push(redisFault("/redis"));
  if (trustedPublishers !== undefined && !isTexts(trustedPublishers))
    faults.push(fault("/trustedPublishers", "expected a list of texts"));
  if (value.connectors !== undefined && !isTexts(value.connectors))
    faults.push(fault("/connectors", 'expected a list of folders ("./connectors/acme") and names of packages'));
  if (value.admission !== undefined) faults.push(...admissionFaults(value.admission));
  if (value.killList !== undefined) faults.push(...killListFaults(value.killList));
  if (value.flags !== undefined) faults.push(...flagFaults(value.flags));
  if (value.retention !== undefined) faults.push(...retentionFaults(value.retention));
  const { drainMs } = value;
  if (drainMs !== undefined && !(typeof drainMs === "number" && drainMs >= 0 && drainMs <= 600_000))
    faults.push(fault("/drainMs", "expected a number from 0 to 600000"));
  if (sandbox !== undefined) faults.push(...sandboxFaults(sandbox));
  if (telemetry !== undefined) faults.push(...telemetryFaults(telemetry));
  if (vault !== undefined) faults.push(...vaultFaults(vault));
  faults.push(...networkFaults(value));
  return faults;
}

/** Secrets and codes come over it, so that only loopback goes without TLS (RFC 8252 §7.3). */
function isPublicUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "" || /[?#]/.test(text)) return false;
  if (url.pathname !== "/" || url.hostname.includes("*")) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname));
}

/** TLS where it leaves the machine is the operator's to choose: a socket, or `redis://` on a private network, has none. */
const isRedisUrl = (url: unknown): url is string =>
  typeof url === "string" && (url.startsWith("/") || /^rediss?:$/.test(URL.parse(url)?.protocol ?? ""));

const isCount = (value: unknown): boolean => value === undefined || (Number.isSafeInteger(value) && Number(value) >= 1);

const redisFault = (path: string): Diagnostic =>
  fault(
    path,
    'expected { "url": "rediss://…" }: redis, rediss, or the path of a socket; nothing or a text as "prefix", a number of processes as "workers"',
  );

function egressFault(entry: string): Diagnostic {
  return fault(
    "/egress/allow",
    `"${entry}" is not an origin; expected for example http://127.0.0.1:8080, tcp://127.0.0.1:5432 or unix:/run/postgresql`,
  );
}

function fault(path: string, message: string): Diagnostic {
  return { code: "INVALID_VALUE", severity: "error", path, message };
}

function refusal(place: string, faults: readonly Diagnostic[]): MortiseError {
  const lines = faults.map(({ path, message, fix }) => `  ${path || "/"}: ${message}${fix ? ` ${fix.title}` : ""}`);
  return new MortiseError("INVALID_DOCUMENT", `The deployment configuration (${place}) is wrong:\n${lines.join("\n")}`, {
    detail: faults as unknown as Json,
  });
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
