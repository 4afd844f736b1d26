/**
 * Opens a connection once for all calls that are made with it, whatever objects it is handed in as.
 *
 * Owns: which connections were opened lately, and from what.
 * Does not own: what a connection may do (openConnection), its tokens.
 * Invariants:
 *   O1. The same tenant, contract, name, settings, choice of auth, credential and accepted schemes give the same OpenConnection; any difference
 *       gives another one, also where the object that was handed in has been changed in place.
 *   O2. At most 1,000 are kept by their content, and as many by what they were opened from.
 */
import { createHash } from "node:crypto";
import type { Json } from "@mortise/contract";
import { RecentlyUsed } from "../cache/recently-used.ts";
import type { CompiledOperation } from "../operation/compile-operation.ts";
import type { Connection } from "../runtime.ts";
import { type OpenConnection, openConnection } from "./open-connection.ts";

const MAX_OPENED = 1_000;

type Fields = { readonly [name: string]: Json };
type Given = Partial<Connection>;

/** What a connection was opened from, flat: to compare it costs a fraction of what a digest costs. */
interface Lately {
  readonly target: CompiledOperation;
  readonly tenant: string;
  readonly name: string | undefined;
  readonly auth: string | undefined;
  readonly settings: Fields;
  readonly credential: Fields;
  readonly opened: OpenConnection;
}

export class OpenedConnections {
  readonly #byContent = new RecentlyUsed<OpenConnection>(MAX_OPENED);
  readonly #lately = new Map<string, Lately>();
  /** What the last call of each operation was made with: many have the connection of the one before. */
  readonly #last = new WeakMap<CompiledOperation, Lately>();

  /** Opens a connection for an operation, or gives the one that is open. Throws what {@link openConnection} throws. */
  open(target: CompiledOperation, connection: Connection | undefined, tenant: string, isConnecting: boolean): OpenConnection {
    if (isConnecting) return this.#byDigest(target, connection, tenant, true);
    const given: Given = connection ?? NOTHING;
    const last = this.#last.get(target);
    if (last !== undefined && isSame(last, target, given, tenant)) return last.opened;
    const place = `${tenant}\n${given.name}\n${target.accepts}`;
    const lately = this.#lately.get(place);
    if (lately !== undefined && isSame(lately, target, given, tenant)) {
      this.#last.set(target, lately);
      return lately.opened;
    }
    const opened = this.#byDigest(target, connection, tenant, false);
    const { name, auth, settings = NONE, credential = NONE } = given;
    if (isFlat(settings)) {
      if (this.#lately.size >= MAX_OPENED) this.#lately.clear();
      this.#lately.set(place, { target, tenant, name, auth, settings: { ...settings }, credential: { ...credential }, opened });
    }
    return opened;
  }

  #byDigest(
    { connector: { contract }, operation: { auth } }: CompiledOperation,
    connection: Connection | undefined,
    tenant: string,
    isConnecting: boolean,
  ): OpenConnection {
    const given = [connection?.name, connection?.settings, connection?.auth, connection?.credential];
    const parts = [tenant, contract.name, contract.version, ...given, auth, isConnecting];
    const digest = createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
    const known = this.#byContent.get(digest);
    if (known !== undefined) return known;
    const fresh = openConnection(contract, connection, tenant, { accepted: auth, isConnecting });
    this.#byContent.set(digest, fresh);
    return fresh;
  }
}

const NOTHING: Given = Object.freeze({});
const NONE: Fields = Object.freeze({});

function isSame(lately: Lately, target: CompiledOperation, given: Given, tenant: string): boolean {
  return (
    lately.target.connector.contract === target.connector.contract &&
    lately.target.accepts === target.accepts &&
    lately.tenant === tenant &&
    lately.name === given.name &&
    lately.auth === given.auth &&
    hasSame(lately.settings, given.settings ?? NONE) &&
    hasSame(lately.credential, given.credential ?? NONE)
  );
}

/** Whether two flat objects hold the same under the same names. */
function hasSame(kept: Fields, given: Fields): boolean {
  let count = 0;
  for (const name in given) {
    if (!Object.hasOwn(given, name)) continue;
    if (!Object.hasOwn(kept, name) || given[name] !== kept[name]) return false;
    count++;
  }
  for (const _ in kept) count--;
  return count === 0;
}

/** Lists and objects may be changed in place without anybody noticing. */
function isFlat(fields: Fields): boolean {
  for (const name in fields) if (typeof fields[name] === "object" && fields[name] !== null) return false;
  return true;
}
