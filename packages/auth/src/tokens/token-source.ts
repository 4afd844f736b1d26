import type { Json, OAuth2Scheme, SessionScheme, SingleAuthScheme } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import type { Secret } from "../credential/secret.ts";
import type { TokenLife } from "../lifecycle/connection-health.ts";
import type { Redactor } from "../redaction/redactor.ts";
import type { SelfMadeScheme } from "../scheme/scheme-token.ts";
import type { TokenTransport } from "./token-transport.ts";

/** A scheme whose token is fetched. */
export type TokenScheme = OAuth2Scheme | SessionScheme | SelfMadeScheme;

/** Whether calls of a scheme wait for a token. The keys of AWS are used as they are unless a role is taken with them. */
export function isTokenScheme(scheme: SingleAuthScheme): scheme is SingleAuthScheme & TokenScheme {
  const { kind } = scheme;
  if (kind === "awsSigV4") return scheme.assumeRole !== undefined;
  return kind === "oauth2" || kind === "session" || kind === "jwt" || kind === "appInstall";
}

/** For whom a token is: one scheme of one connection. */
export interface TokenHolder {
  /** Tenant, connector and connection; tokens of different keys are never mixed up. */
  readonly key: string;
  readonly tenant: string;
  /** Name of the connection; `""`: it has none, so nothing is stored. */
  readonly connection: string;
  readonly scheme: TokenScheme;
  /** All fields of the connection's credential, those of other schemes included. */
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  /** Learns every token before anyone else sees it. */
  readonly redactor: Redactor;
}

/** A token in use. */
export interface HeldSecret {
  readonly token: Secret;
  /** Grows with every token of the holder. */
  readonly generation: number;
  /**
   * Further fields that came with it (`freshFields`): `kept.<setting>`, `accessToken.<second>` and so on, as they are now. They take the
   * place of the credential's. Absent: none came.
   */
  readonly fields?: { readonly [field: string]: string };
}

/** What is kept alive. */
export interface KeepAlive {
  readonly holder: TokenHolder;
  readonly transport: TokenTransport;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  readonly isDue: (life: TokenLife) => boolean;
}

/** Gives out tokens. The one of this package keeps them in the process; a vault may take its place. */
export interface TokenSource {
  /**
   * A token that is good now, fetched where none is. `signal` ends the waiting, not the fetching, which others may wait for too. Throws
   * `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`, `EGRESS_DENIED`.
   */
  token(holder: TokenHolder, transport: TokenTransport, signal: AbortSignal): Promise<HeldSecret>;
  /** Says that the other system refused a token. True: asking again makes sense, as another one can be had. */
  refused(holder: TokenHolder, generation: number): boolean;
  /**
   * Renews ahead of need a token that is kept with its credential, where `isDue` says so of its life as it is known now, and returns the life
   * of what is there then. `{}` for a token that is not kept: it is fetched when it is needed. Throws as `token` does. Absent: nothing is
   * ever renewed ahead.
   */
  keepAlive?(ask: KeepAlive): Promise<TokenLife>;
}
