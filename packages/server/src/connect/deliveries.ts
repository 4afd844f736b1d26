/**
 * Finishes sign-ins whose code the other system brings by a delivery of its own (`codeFrom.webhook`).
 *
 * Owns: the exchanges of this process that go on after their delivery was answered.
 * Does not own: the rows (PendingAuthorizations), the check of the signature (Runtime).
 * Talks to: Runtime.finishAuthorizationFromDelivery.
 * Invariants:
 *   W1. A sign-in is taken only once the signature holds and the state is its own: a delivery that is made up ends nothing.
 *   W2. It is taken once; the delivery is answered then, and not after the exchange.
 *   W3. Where nothing but the signature says whose code it is, the person is asked before it is used, and nothing is taken while several
 *       people wait.
 */
import type { PlainCredential } from "@mortise/auth";
import { getPointer, isMortiseError, type Json, type OAuth2Scheme } from "@mortise/contract";
import type { Host } from "../host/open-host.ts";
import type { DeliveryAddress } from "../store/delivery-addresses.ts";
import type { PendingAuthorization } from "../store/pending-authorizations.ts";
import { acceptCredential, CHANGED } from "./accept-credential.ts";
import { personScheme } from "./person-scheme.ts";
import { signInFault } from "./sign-in-fault.ts";
import { unchangedConnection } from "./unchanged-connection.ts";

/** What came. */
export interface CodeDelivery {
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly rawBody: Buffer;
  /** The address that it was sent to. */
  readonly url: string;
}

/** What a delivery came to. `unknown`: nobody waits for it; `several`: more than one does, and it does not say who. */
export type DeliveryVerdict = "taken" | "unknown" | "several" | "used" | "refused";

type CodePlace = NonNullable<OAuth2Scheme["codeFrom"]>["webhook"];

export class Deliveries {
  readonly #host: Host;
  readonly #log: (line: string) => void;
  readonly #exchanges = new Set<Promise<void>>();

  constructor(host: Host, log: (line: string) => void) {
    this.#host = host;
    this.#log = log;
  }

  /** Takes in one delivery; resolves once it is known whether it is taken. */
  async receive(id: string, delivery: CodeDelivery): Promise<DeliveryVerdict> {
    const address = await this.#host.store.deliveries.find(id);
    const place = address && this.#placeOf(address);
    if (address === undefined || place === undefined) return "unknown";
    const waiting = await this.#waiting(address, place, delivery.rawBody);
    const [pending] = waiting;
    if (pending === undefined) return "unknown";
    if (waiting.length > 1) return "several";
    const sealed = await this.#host.store.pending.secret(pending.id);
    if (pending.status !== "sent" || sealed === undefined) return "used";
    return await new Promise((resolve) => {
      const exchange = this.#exchange(pending, JSON.parse(sealed) as Kept, delivery, place.state !== undefined, resolve);
      this.#exchanges.add(exchange);
      void exchange.finally(() => this.#exchanges.delete(exchange));
    });
  }

  /** Waits for the exchanges that are under way. */
  async close(): Promise<void> {
    await Promise.all(this.#exchanges);
  }

  async #exchange(
    pending: PendingAuthorization,
    kept: Kept,
    { headers, rawBody, url }: CodeDelivery,
    isOwn: boolean,
    answer: (verdict: DeliveryVerdict) => void,
  ): Promise<void> {
    const { id, connection, request } = pending;
    let isTaken = false;
    const commit = async (): Promise<boolean> => {
      isTaken = (await this.#host.store.pending.take(id, "sent")) !== undefined;
      answer(isTaken ? "taken" : "used");
      return isTaken;
    };
    try {
      if ((await unchangedConnection(this.#host, pending)) === undefined) {
        answer("unknown");
        return await this.#host.store.pending.settle(id, "failed", CHANGED, "sent");
      }
      const credential = await this.#host.runtime.finishAuthorizationFromDelivery({
        connection,
        redirectUri: request.redirectUri ?? "",
        ...kept,
        codeVerifier: kept.codeVerifier,
        headers,
        rawBody,
        url,
        commit,
      });
      await acceptCredential(this.#host, pending, credential, { isAsked: !isOwn });
    } catch (error) {
      if (!isMortiseError(error))
        this.#log(`A delivery of a code ended: ${error instanceof Error ? error.message : String(error)}`);
      answer("refused");
      const fault = signInFault(error, this.#host.contract(request.connector)?.title);
      if (isTaken) await this.#host.store.pending.settle(id, "failed", fault).catch(() => undefined);
    }
  }

  /** The sign-ins that a delivery may be for: the one whose state it has, or all that wait where it has none. */
  async #waiting(
    { connector, scheme }: DeliveryAddress,
    { state: pointer }: CodePlace,
    rawBody: Buffer,
  ): Promise<readonly PendingAuthorization[]> {
    const { pending } = this.#host.store;
    const isHere = ({ request }: PendingAuthorization) =>
      request.isDelivered === true && nameOf(request.connector) === connector && request.scheme === scheme;
    if (pointer === undefined) return (await pending.sent()).filter(isHere);
    const state = getPointer(bodyOf(rawBody), pointer);
    const found = typeof state === "string" && state !== "" ? await pending.findByState(state) : undefined;
    return found !== undefined && isHere(found) ? [found] : [];
  }

  #placeOf({ connector, scheme }: DeliveryAddress): CodePlace | undefined {
    const contract = this.#host.contract(connector);
    const person = contract && personScheme(contract, scheme);
    return person?.scheme.kind === "oauth2" ? person.scheme.codeFrom?.webhook : undefined;
  }
}

/** The address that a connector's system delivers codes to; undefined: it does not. */
export async function deliveryUrl(
  host: Host,
  origin: string,
  { connector, scheme }: DeliveryAddress,
): Promise<string | undefined> {
  const contract = host.contract(connector);
  const person = contract && personScheme(contract, scheme);
  if (!contract || person?.scheme.kind !== "oauth2" || person.scheme.codeFrom === undefined) return undefined;
  return `${origin}/oauth/deliveries/${await host.store.deliveries.idOf({ connector: contract.name, scheme })}`;
}

/** What is sealed until the delivery comes. */
interface Kept {
  readonly state: string;
  readonly codeVerifier?: string;
  readonly scopes: readonly string[];
  readonly client?: PlainCredential;
}

const nameOf = (connector: string): string => connector.split("@")[0] ?? "";

/** JSON, or a form. */
function bodyOf(rawBody: Buffer): Json {
  const text = rawBody.toString("utf8");
  try {
    return JSON.parse(text) as Json;
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}
