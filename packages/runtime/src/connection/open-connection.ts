import { createHash } from "node:crypto";
import {
  type AuthorizedDraft,
  applyAuth,
  type Credential,
  createRedactor,
  credentialProblems,
  isPersonal,
  isTokenScheme,
  missingSettings,
  type Redactor,
  type RequestDraft,
  type RequestSigner,
  requestSigner,
  type TokenHolder,
  wrapCredential,
} from "@mortise/auth";
import { type AuthScheme, type Contract, type Diagnostic, type ErrorCode, type Json, MortiseError } from "@mortise/contract";
import type { ClientCertificate } from "../egress/client-certificate.ts";
import { grantedHosts } from "../operation/granted-hosts.ts";
import type { Connection } from "../runtime.ts";
import { certificateOf } from "./certificate-of.ts";
import { chooseScheme, shown } from "./choose-scheme.ts";
import { connectionSecrets } from "./connection-secrets.ts";
import { ConnectionTokens } from "./connection-tokens.ts";
import { connectionSettings, keptNames } from "./kept-settings.ts";

/** A connection that calls can be made with: settings checked, credential wrapped. */
export interface OpenConnection {
  /** `""` where the connector needs none. */
  readonly name: string;
  readonly tenant: string;
  /** With what connecting told in their place; another one after a token that told something else. */
  readonly settings: { readonly [key: string]: Json };
  readonly scheme: AuthScheme;
  readonly credential: Credential;
  readonly redactor: Redactor;
  /** Undefined where the scheme sends the credential as it is. */
  readonly tokens: ConnectionTokens | undefined;
  /** Puts the credential into a request. Throws `AUTH_FAILED`. */
  readonly authorize: (draft: RequestDraft) => AuthorizedDraft;
  /** Signs whole requests, after {@link OpenConnection.authorize}. Undefined: the scheme does not sign. */
  readonly signer: RequestSigner | undefined;
  /** Shown to servers that ask for one. */
  readonly certificate: ClientCertificate | undefined;
  readonly granted: (host: string) => boolean;
  /** Tenant, connector and connection; the same for all configurations of it. */
  readonly key: string;
  /** {@link OpenConnection.key} and a digest of settings and credential: another one after every change. */
  readonly version: string;
}

/** How a connection is opened. */
export interface OpenOptions {
  /** The auth schemes that an operation accepts; of one that accepts none, the credential is neither checked nor sent. Absent: all. */
  readonly accepted?: readonly string[] | undefined;
  /** Whether it is being connected, so that what connecting tells may still be missing. Absent: false. */
  readonly isConnecting?: boolean;
}

/** Checks a connection against its connector's contract and opens it. Throws `MISCONFIGURED`, `AUTH_FAILED`. */
export function openConnection(
  contract: Contract,
  connection: Connection | undefined,
  tenant: string,
  { accepted, isConnecting = false }: OpenOptions = {},
): OpenConnection {
  const stored = connection?.credential ?? {};
  const isEarly = isConnecting || tellsByItself(contract, connection);
  const settingsWith = (fields: { readonly [field: string]: string }, mayMiss: boolean) =>
    connectionSettings({ contract, connection, fields, isConnecting: mayMiss });
  let settings = settingsWith(stored, isEarly);
  const scheme = chooseScheme(contract, connection, settings, accepted);
  const whole = wrapCredential(stored);
  let credential = accepted?.length === 0 ? wrapCredential({}) : whole;
  const awaited = isEarly ? keptNames(contract, connection?.auth).map((setting) => `/settings/${setting}`) : [];
  const missing = missingSettings(scheme, settings).filter(({ path }) => !awaited.includes(path));
  refuse("MISCONFIGURED", connection, missing);
  refuse("AUTH_FAILED", connection, credentialProblems(scheme, credential));
  const key = JSON.stringify([tenant, contract.name, connection?.name ?? ""]);
  const redactor = createRedactor(connectionSecrets(scheme, whole, connection, contract));
  const name = connection?.name ?? "";
  let granted = grantedHosts(contract.hosts, settings);
  const tokens = openTokens(scheme, { key, tenant, connection: name, credential, settings, redactor }, (fields) => {
    settings = settingsWith({ ...stored, ...fields }, false);
    refuse("MISCONFIGURED", connection, missingSettings(scheme, settings));
    granted = grantedHosts(contract.hosts, settings);
    credential = Object.freeze({ ...credential, ...wrapCredential(fields) });
  });
  const digest = createHash("sha256").update(JSON.stringify([settings, connection?.auth ?? null, stored]));
  return Object.freeze({
    name,
    tenant,
    get settings() {
      return settings;
    },
    scheme,
    get credential() {
      return credential;
    },
    redactor,
    tokens,
    authorize: (draft: RequestDraft) => applyAuth(scheme, credential, draft, tokens?.of, settings),
    signer: requestSigner(scheme, {
      get credential() {
        return credential;
      },
      get settings() {
        return settings;
      },
    }),
    certificate: certificateOf(scheme, credential),
    granted: (host: string) => granted(host),
    key,
    version: `${key} ${digest.digest("base64url")}`,
  });
}

/** Whether nobody has to connect for it: what a token tells is there once the first one is. */
function tellsByItself(contract: Contract, connection: Connection | undefined): boolean {
  const ids = Object.keys(contract.auth);
  const id = connection?.auth ?? (ids.length === 1 ? ids[0] : undefined);
  const scheme = id !== undefined && Object.hasOwn(contract.auth, id) ? contract.auth[id] : undefined;
  const all = scheme === undefined ? [] : scheme.kind === "all" ? scheme.of : [scheme];
  return all.some(
    (each) => (each.kind === "session" || (each.kind === "oauth2" && !isPersonal(each))) && each.keep !== undefined,
  );
}

/** The schemes whose tokens are fetched. */
function openTokens(
  scheme: AuthScheme,
  parts: Omit<TokenHolder, "scheme">,
  take: (fields: { readonly [field: string]: string }) => void,
): ConnectionTokens | undefined {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  const holders = all.flatMap((single) => (isTokenScheme(single) ? [Object.freeze({ ...parts, scheme: single })] : []));
  return holders.length === 0 ? undefined : new ConnectionTokens(holders, take);
}

/** Throws the first error among problems. */
function refuse(code: ErrorCode, connection: Connection | undefined, problems: readonly Diagnostic[]): void {
  const problem = problems.find(({ severity }) => severity === "error");
  if (problem === undefined) return;
  throw new MortiseError(code, `The connection ${shown(connection)}: ${problem.message}`, {
    path: problem.path,
    ...(problem.fix === undefined ? {} : { remedy: problem.fix.title }),
  });
}
