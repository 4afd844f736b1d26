/**
 * Signs connections in at other systems through a person's browser (RFC 6749 §4.1, RFC 9700 §2.1 and §4).
 *
 * Owns: the way of one sign-in from its start to its end.
 * Does not own: the rows (PendingAuthorizations), what is asked of the other system (Runtime), the answer to the browser (routes).
 * Talks to: Runtime.startAuthorization and Runtime.finishAuthorization.
 * Invariants:
 *   S1. An answer is taken from the browser and the session that were sent off with its `state`, from nobody else, once, within ten minutes.
 *   S2. Nothing is sent to the token endpoint before S1 holds, and nothing once the connection is another one than the person was shown.
 *   S3. An answer is taken at the address of the connector that the browser was sent off for, so that no system's code goes to another's
 *       token endpoint (RFC 9700 §4.4.2).
 *   S4. Proof key and `state` leave this process with the authorize URL alone; what is kept of them is sealed or hashed.
 */
import { randomBytes } from "node:crypto";
import type { PlainCredential } from "@mortise/auth";
import { type Contract, isMortiseError, MortiseError } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";
import type { StoredConnection } from "../store/connection-store.ts";
import { hashed, type PendingAuthorization } from "../store/pending-authorizations.ts";
import { acceptCredential, CHANGED } from "./accept-credential.ts";
import { isSame } from "./browser-binding.ts";
import { clientIdField } from "./client-fields.ts";
import { type PersonScheme, personScheme } from "./person-scheme.ts";
import { refuseCredential } from "./refuse-credential.ts";
import { signInFault } from "./sign-in-fault.ts";
import { settingsHash, unchangedConnection } from "./unchanged-connection.ts";

/** A connection that a person signs in for. */
export interface SignInTarget {
  readonly connection: StoredConnection;
  readonly contract: Contract;
  readonly person: PersonScheme;
}

/** What a sign-in is asked for with. */
export interface SignInWish {
  readonly scopes?: readonly string[];
  readonly mode: "popup" | "redirect";
  readonly returnTo?: string;
}

/** What the other system is asked for. */
export interface SendOff {
  readonly scopes: readonly string[];
  readonly withoutScopes: readonly string[];
  readonly redirectUri: string;
  /** Address of this deployment's client metadata. */
  readonly clientMetadataUrl: string;
}

/** Why an answer was not taken. */
export type Turned = "unknown" | "browser" | "session" | "used" | "expired";

/** What came back with a browser. */
export interface BrowserReturn {
  /** The connector whose system it is that sends browsers back to this address. */
  readonly connector: string;
  /** The whole address, with its query. */
  readonly callbackUrl: string;
  /** Hash of the caller's session. */
  readonly sessionHash: string | undefined;
  /** The binding cookies that the browser sent, by the id of their sign-in. */
  readonly bindings: ReadonlyMap<string, string>;
}

/** The connection, and how a person signs in for it. Throws `CONNECTION_NOT_FOUND`, `CONNECTOR_NOT_FOUND`, `MISCONFIGURED`. */
export async function signInTarget(host: Host, name: string, way: PersonScheme["way"]): Promise<SignInTarget> {
  const connection = await host.store.connections.find(name);
  if (!connection) throw new MortiseError("CONNECTION_NOT_FOUND", `No connection "${name}" exists.`);
  const contract = host.contract(connection.connector);
  if (!contract) throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector "${connection.connector}" is installed.`);
  const person = personScheme(contract, connection.auth);
  if (person?.way !== way)
    throw new MortiseError(
      "MISCONFIGURED",
      `The connection "${name}" does not sign in ${way === "device" ? "with a code" : "in a browser"}.`,
    );
  const stored = await host.store.connections.readCredential(name, { purpose: "connect", actor: "session" });
  if ((await host.clients.owner(connection, stored?.fields)) === "missing")
    throw new MortiseError("MISCONFIGURED", `No app is registered at ${contract.title} yet.`, {
      remedy: "Register one there, and enter here what it gives you.",
      path: `/credential/${clientIdField(person.scheme) ?? ""}`.replace(/\/$/, ""),
    });
  return { connection, contract, person };
}

export class SignIns {
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Begins one; the person is shown what it is about next. Throws what {@link signInTarget} throws. */
  async begin(name: string, sessionHash: string, { scopes, mode, returnTo }: SignInWish): Promise<PendingAuthorization> {
    const { connection, person } = await signInTarget(this.#host, name, "redirect");
    return await this.#host.store.pending.begin({
      kind: "redirect",
      connection: name,
      sessionHash,
      request: {
        connector: connection.connector,
        scheme: person.id,
        settingsHash: settingsHash(connection.settings),
        mode,
        ...(scopes === undefined ? {} : { scopes }),
        ...(returnTo === undefined ? {} : { returnTo }),
      },
    });
  }

  /** Where the browser goes now, and the secret that its cookie holds. Throws `NOT_ALLOWED` where the time is over. */
  async sendOff(
    pending: PendingAuthorization,
    parts: SendOff,
  ): Promise<{ readonly authorizeUrl: string; readonly binding: string }> {
    const { redirectUri } = parts;
    if ((await unchangedConnection(this.#host, pending)) === undefined)
      throw new MortiseError("NOT_ALLOWED", CHANGED.message, { remedy: "Start it again." });
    const { person } = await signInTarget(this.#host, pending.connection, "redirect");
    const start = await this.#host.runtime.startAuthorization({ connection: pending.connection, ...parts });
    const binding = randomBytes(32).toString("base64url");
    const { state, codeVerifier, scopes, client } = start;
    const kept: Kept = {
      state,
      scopes,
      ...(codeVerifier === undefined ? {} : { codeVerifier }),
      ...(client === undefined ? {} : { client }),
    };
    const isSent = await this.#host.store.pending.send(pending.id, {
      browserHash: hashed(binding),
      state,
      secret: JSON.stringify(kept),
      request: { ...pending.request, scopes, redirectUri, isStateless: isStateless(person), isDelivered: isDelivered(person) },
    });
    if (!isSent) throw new MortiseError("NOT_ALLOWED", "This sign-in is over.", { remedy: "Start it again." });
    return { authorizeUrl: start.url.href, binding };
  }

  /** Takes what came back (S1, S2). The id is that of the sign-in, whose end says how it went; `turned`: it was not taken. */
  async receive({
    connector,
    callbackUrl,
    sessionHash,
    bindings,
  }: BrowserReturn): Promise<{ readonly id?: string; readonly turned?: Turned }> {
    const pending = (await this.#named(callbackUrl)) ?? (await this.#stateless(bindings));
    if (pending === undefined || pending.request.connector.split("@")[0] !== connector) return { turned: "unknown" };
    const secret = bindings.get(pending.id);
    if (!isSame(secret === undefined ? undefined : hashed(secret), pending.browserHash)) return { turned: "browser" };
    if (!isSame(sessionHash, pending.sessionHash)) return { turned: "session" };
    const { id } = pending;
    const said = URL.parse(callbackUrl)?.searchParams;
    // The code comes by a delivery; what the browser brings says at most that there will be none.
    if (pending.request.isDelivered && !said?.has("error")) return { id };
    if (pending.status !== "sent") return { id, turned: "used" };
    const taken = await this.#host.store.pending.take(id, "sent");
    if (taken === undefined) return { id, turned: pending.expiresAtMs <= this.#host.now() ? "expired" : "used" };
    await this.#finish(pending, callbackUrl, JSON.parse(taken) as Kept);
    return { id };
  }

  /** The person has said whether another account takes the place of the one before. Throws `NOT_ALLOWED` where nothing was asked. */
  async decide(pending: PendingAuthorization, replace: boolean): Promise<void> {
    const taken = await this.#host.store.pending.take(pending.id, "other_account");
    if (taken === undefined) throw new MortiseError("NOT_ALLOWED", "This sign-in is over.", { remedy: "Connect again." });
    if (replace)
      await this.#settled(pending, () =>
        acceptCredential(this.#host, pending, JSON.parse(taken) as PlainCredential, { isAgreed: true }),
      );
    else {
      const gone = await refuseCredential(this.#host, pending, JSON.parse(taken) as PlainCredential);
      const stays = pending.result?.previousLabel === undefined ? "Nothing was changed." : "The account before stays in use.";
      await this.cancel(pending.id, `${stays} ${gone}`);
    }
  }

  /** Nobody is waiting for it any more. */
  async cancel(id: string, message = "Nothing was changed."): Promise<void> {
    await this.#host.store.pending.settle(id, "cancelled", { message });
  }

  /** The sign-in whose `state` came back, under whatever name the other system gives it: that of OAuth 1.0a is a token, which may be short. */
  async #named(callbackUrl: string): Promise<PendingAuthorization | undefined> {
    const parameters = [...(URL.parse(callbackUrl)?.searchParams ?? [])].slice(0, MOST_PARAMETERS);
    const long = parameters.filter(([name, { length }]) => length <= 500 && (length >= 16 || OAUTH1.has(name)));
    for (const [, value] of long) {
      const found = await this.#host.store.pending.findByState(value);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Where the other system brings no `state` back: the one sign-in of this browser that goes without. */
  async #stateless(bindings: ReadonlyMap<string, string>): Promise<PendingAuthorization | undefined> {
    const known = await Promise.all(
      [...bindings.keys()].slice(0, MOST_PARAMETERS).map((id) => this.#host.store.pending.find(id)),
    );
    const open = known.filter((each) => each?.status === "sent" && each.request.isStateless === true);
    return open.length === 1 ? open[0] : undefined;
  }

  async #finish(pending: PendingAuthorization, callbackUrl: string, kept: Kept): Promise<void> {
    await this.#settled(pending, async () => {
      if ((await unchangedConnection(this.#host, pending)) === undefined)
        return await this.#host.store.pending.settle(pending.id, "failed", CHANGED);
      const credential = await this.#host.runtime.finishAuthorization({
        connection: pending.connection,
        redirectUri: pending.request.redirectUri ?? "",
        callbackUrl,
        ...kept,
        codeVerifier: kept.codeVerifier,
      });
      await acceptCredential(this.#host, pending, credential);
    });
  }

  /** Whatever goes wrong is the end of the sign-in, in words. */
  async #settled(pending: PendingAuthorization, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#host.store.pending.settle(
        pending.id,
        "failed",
        signInFault(error, this.#host.contract(pending.request.connector)?.title),
      );
      if (!isMortiseError(error)) throw error;
    }
  }
}

/** Whether an answer may come without a `state`: a person who says no at a system of OAuth 1.0a is often sent back without the token. */
function isStateless({ scheme }: PersonScheme): boolean {
  return scheme.kind === "oauth1" || (scheme.kind === "oauth2" && scheme.rename?.authorize?.state === null);
}

/** Whether the other system brings the code by a delivery of its own. */
function isDelivered({ scheme }: PersonScheme): boolean {
  return scheme.kind === "oauth2" && scheme.codeFrom !== undefined;
}

/** What is sealed until the browser is back. */
interface Kept {
  readonly state: string;
  readonly codeVerifier?: string;
  readonly scopes: readonly string[];
  /** The client that was registered on the way. */
  readonly client?: PlainCredential;
}

/** Where the temporary token of OAuth 1.0a comes back (RFC 5849 §2.2), and where some systems put it after a no. */
const OAUTH1: ReadonlySet<string> = new Set(["oauth_token", "denied"]);

/** More parameters and cookies than any system sends are not looked at. */
const MOST_PARAMETERS = 20;
