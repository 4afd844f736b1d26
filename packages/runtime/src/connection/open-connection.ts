import { createHash } from "node:crypto";
import {
  type AuthorizedDraft,
  applyAuth,
  type Credential,
  createRedactor,
  credentialFields,
  credentialProblems,
  missingSettings,
  type Redactor,
  type RequestDraft,
  type Secret,
  type TokenHolder,
  wrapCredential,
} from "@mortise/auth";
import { type AuthScheme, type Contract, type Json, MortiseError, type SingleAuthScheme } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { grantedHosts } from "../operation/granted-hosts.ts";
import type { Connection } from "../runtime.ts";
import { ConnectionTokens } from "./connection-tokens.ts";

/** A connection that calls can be made with: settings checked, credential wrapped. */
export interface OpenConnection {
  /** `""` where the connector needs none. */
  readonly name: string;
  readonly tenant: string;
  readonly settings: { readonly [key: string]: Json };
  readonly scheme: AuthScheme;
  readonly credential: Credential;
  readonly redactor: Redactor;
  /** Undefined where the scheme sends the credential as it is. */
  readonly tokens: ConnectionTokens | undefined;
  /** Puts the credential into a request. Throws `AUTH_FAILED`. */
  readonly authorize: (draft: RequestDraft) => AuthorizedDraft;
  readonly granted: (host: string) => boolean;
  /** Tenant, connector and connection; the same for all configurations of it. */
  readonly key: string;
  /** {@link OpenConnection.key} and a digest of settings and credential: another one after every change. */
  readonly version: string;
}

const NO_AUTH: AuthScheme = Object.freeze({ kind: "none" });

/** Whether calls need a connection: it has credentials to give or settings that must be set. */
export function needsConnection(contract: Contract): boolean {
  const schemes = Object.values(contract.auth);
  return (schemes.length > 0 && !schemes.some(({ kind }) => kind === "none")) || (contract.settings?.required?.length ?? 0) > 0;
}

/** Checks a connection against its connector's contract and opens it. Throws `MISCONFIGURED`, `AUTH_FAILED`. */
export function openConnection(contract: Contract, connection: Connection | undefined, tenant: string): OpenConnection {
  const settings = checkSettings(contract, connection);
  const scheme = fillScheme(chooseScheme(contract, connection), settings);
  const credential = wrapCredential(connection?.credential);
  const [missing] = missingSettings(scheme, settings);
  if (missing !== undefined) {
    throw new MortiseError("MISCONFIGURED", `The connection ${shown(connection)}: ${missing.message}`, {
      path: missing.path,
      ...(missing.fix === undefined ? {} : { remedy: missing.fix.title }),
    });
  }
  const problem = credentialProblems(scheme, credential).find(({ severity }) => severity === "error");
  if (problem !== undefined) {
    throw new MortiseError("AUTH_FAILED", `The connection ${shown(connection)}: ${problem.message}`, {
      path: problem.path,
      ...(problem.fix === undefined ? {} : { remedy: problem.fix.title }),
    });
  }
  const key = JSON.stringify([tenant, contract.name, connection?.name ?? ""]);
  const redactor = createRedactor(secretsOf(scheme, credential, connection, contract));
  const name = connection?.name ?? "";
  const tokens = openTokens(scheme, { key, tenant, connection: name, credential, settings, redactor });
  const digest = createHash("sha256").update(JSON.stringify([settings, connection?.auth ?? null, connection?.credential ?? {}]));
  return Object.freeze({
    name,
    tenant,
    settings,
    scheme,
    credential,
    redactor,
    tokens,
    authorize: (draft: RequestDraft) => applyAuth(scheme, credential, draft, tokens?.of),
    granted: grantedHosts(contract.hosts, settings),
    key,
    version: `${key} ${digest.digest("base64url")}`,
  });
}

function chooseScheme(contract: Contract, connection: Connection | undefined): AuthScheme {
  const ids = Object.keys(contract.auth);
  const id = connection?.auth ?? (ids.length === 1 ? ids[0] : undefined);
  if (id !== undefined) {
    const scheme = Object.hasOwn(contract.auth, id) ? contract.auth[id] : undefined;
    if (scheme !== undefined) return scheme;
    throw new MortiseError(
      "MISCONFIGURED",
      `The connection ${shown(connection)} uses the auth scheme "${id}"; there are ${ids.join(", ")}.`,
    );
  }
  if (ids.length === 0) return NO_AUTH;
  const none = Object.values(contract.auth).find(({ kind }) => kind === "none");
  if (none !== undefined && Object.keys(connection?.credential ?? {}).length === 0) return none;
  throw new MortiseError(
    "MISCONFIGURED",
    `The connection ${shown(connection)} does not say which auth scheme it uses: ${ids.join(", ")}.`,
    {
      remedy: `Set its "auth" to one of them.`,
    },
  );
}

/** The schemes whose tokens are fetched. */
function openTokens(scheme: AuthScheme, parts: Omit<TokenHolder, "scheme">): ConnectionTokens | undefined {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  const holders = all.flatMap((single) =>
    single.kind === "oauth2" || single.kind === "session" ? [Object.freeze({ ...parts, scheme: single })] : [],
  );
  return holders.length === 0 ? undefined : new ConnectionTokens(holders);
}

function fillScheme(scheme: AuthScheme, settings: { readonly [key: string]: Json }): AuthScheme {
  return scheme.kind === "all"
    ? { ...scheme, of: scheme.of.map((each) => fillSingle(each, settings)) }
    : fillSingle(scheme, settings);
}

/** Fills the `{settings.x}` holes in what an API key is called. */
function fillSingle(scheme: SingleAuthScheme, settings: { readonly [key: string]: Json }): SingleAuthScheme {
  if (scheme.kind !== "apiKey") return scheme;
  const fill = (text: string) =>
    text.replaceAll(/\{settings\.([A-Za-z0-9_]+)\}/g, (_, name: string) => String(settings[name] ?? ""));
  return { ...scheme, name: fill(scheme.name), ...(scheme.prefix === undefined ? {} : { prefix: fill(scheme.prefix) }) };
}

function checkSettings(contract: Contract, connection: Connection | undefined): { readonly [key: string]: Json } {
  const given = connection?.settings ?? {};
  const checked = compileSchema(contract.settings ?? {}, { useDefaults: true })(given);
  const [first] = checked.diagnostics;
  if (!checked.ok && first !== undefined) {
    throw new MortiseError("MISCONFIGURED", `The settings of the connection ${shown(connection)}: ${first.message}.`, {
      path: `/settings${first.path}`,
      ...(first.fix === undefined ? {} : { remedy: first.fix.title }),
    });
  }
  return Object.freeze(checked.value as { readonly [key: string]: Json });
}

/** What must not be shown: the scheme's secret fields, Basic pairs, and settings marked `x-secret`. */
function secretsOf(
  scheme: AuthScheme,
  credential: Credential,
  connection: Connection | undefined,
  contract: Contract,
): readonly string[] {
  const open = new Set(credentialFields(scheme).flatMap(({ name, secret }) => (secret ? [] : [name])));
  const fields = Object.entries(credential).flatMap(([name, secret]) => (open.has(name) ? [] : [secret.reveal()]));
  const settings = Object.entries(connection?.settings ?? {}).flatMap(([name, value]) => {
    const schema = contract.settings?.properties?.[name];
    return typeof schema === "object" && schema["x-secret"] === true && typeof value === "string" ? [value] : [];
  });
  return [...fields, ...settings, ...pairs(scheme, credential)];
}

/** What Basic sends (RFC 7617 §2; RFC 6749 §2.3.1), also where the password alone is too short to be searched for. */
function pairs(scheme: AuthScheme, { username, password, clientId, clientSecret }: Credential): readonly string[] {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  const pair = (left: Secret | undefined, right: Secret | undefined): readonly string[] =>
    left === undefined || right === undefined || right.reveal() === "" ? [] : [`${left.reveal()}:${right.reveal()}`];
  return [
    ...(all.some(({ kind }) => kind === "basic") ? pair(username, password) : []),
    ...(all.some(({ kind }) => kind === "oauth2") ? pair(clientId, clientSecret) : []),
  ];
}

const shown = (connection: Connection | undefined): string => (connection?.name ? `"${connection.name}"` : "given");
