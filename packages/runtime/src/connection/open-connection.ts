import { createHash } from "node:crypto";
import {
  type AuthorizedDraft,
  applyAuth,
  type Credential,
  createRedactor,
  credentialProblems,
  missingSettings,
  type Redactor,
  type RequestDraft,
  type RequestSigner,
  requestSigner,
  type TokenHolder,
  wrapCredential,
} from "@mortise/auth";
import { type AuthScheme, type Contract, type Diagnostic, type ErrorCode, type Json, MortiseError } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import type { ClientCertificate } from "../egress/client-certificate.ts";
import { grantedHosts } from "../operation/granted-hosts.ts";
import type { Connection } from "../runtime.ts";
import { certificateOf } from "./certificate-of.ts";
import { chooseScheme, shown } from "./choose-scheme.ts";
import { connectionSecrets } from "./connection-secrets.ts";
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

/**
 * Checks a connection against its connector's contract and opens it. `accepted` are the auth schemes that an operation accepts; of one
 * that accepts none, the credential is neither checked nor sent. Throws `MISCONFIGURED`, `AUTH_FAILED`.
 */
export function openConnection(
  contract: Contract,
  connection: Connection | undefined,
  tenant: string,
  accepted?: readonly string[],
): OpenConnection {
  const settings = checkSettings(contract, connection);
  const scheme = chooseScheme(contract, connection, settings, accepted);
  const whole = wrapCredential(connection?.credential);
  const credential = accepted?.length === 0 ? wrapCredential({}) : whole;
  refuse("MISCONFIGURED", connection, missingSettings(scheme, settings));
  refuse("AUTH_FAILED", connection, credentialProblems(scheme, credential));
  const key = JSON.stringify([tenant, contract.name, connection?.name ?? ""]);
  const redactor = createRedactor(connectionSecrets(scheme, whole, connection, contract));
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
    authorize: (draft: RequestDraft) => applyAuth(scheme, credential, draft, tokens?.of, settings),
    signer: requestSigner(scheme, { credential, settings }),
    certificate: certificateOf(scheme, credential),
    granted: grantedHosts(contract.hosts, settings),
    key,
    version: `${key} ${digest.digest("base64url")}`,
  });
}

/** The schemes whose tokens are fetched. */
function openTokens(scheme: AuthScheme, parts: Omit<TokenHolder, "scheme">): ConnectionTokens | undefined {
  const all = scheme.kind === "all" ? scheme.of : [scheme];
  const holders = all.flatMap((single) =>
    single.kind === "oauth2" || single.kind === "session" ? [Object.freeze({ ...parts, scheme: single })] : [],
  );
  return holders.length === 0 ? undefined : new ConnectionTokens(holders);
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

/** Throws the first error among problems. */
function refuse(code: ErrorCode, connection: Connection | undefined, problems: readonly Diagnostic[]): void {
  const problem = problems.find(({ severity }) => severity === "error");
  if (problem === undefined) return;
  throw new MortiseError(code, `The connection ${shown(connection)}: ${problem.message}`, {
    path: problem.path,
    ...(problem.fix === undefined ? {} : { remedy: problem.fix.title }),
  });
}
