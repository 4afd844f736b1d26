import type { Budget } from "@mortise/contract";
import type { AdmittedCall } from "../call.ts";
import type { OpenConnection } from "../connection/open-connection.ts";
import type { Bucket } from "./bucket.ts";
import { type BudgetLimits, budgetLimits } from "./budget-limits.ts";

/** The budget of a call as its connection has it. */
export interface SharedBudget {
  readonly name: string;
  readonly spec: Budget;
  readonly limits: BudgetLimits;
  /** Everybody who shares it has the same. */
  readonly key: string;
  /** Answers to this call may speak for everybody who shares it. */
  readonly isTrusted: boolean;
  /** Who gets a fair share of it while others wait, too. */
  readonly party: string;
}

/** Where a call stands in line. */
export interface Place {
  /** The connection's share of the operation's budget. */
  readonly ownKey: string;
  /** Undefined: nothing limits the call but pauses. */
  readonly shared: SharedBudget | undefined;
  /** Kept from the last call. */
  bucket: Bucket | undefined;
}

const places = new WeakMap<OpenConnection, Map<string, Place>>();

/** Finds out once a connection and budget what its calls share, and with whom. Throws `MISCONFIGURED`. */
export function placeOf(call: AdmittedCall): Place {
  const name = call.target.operation.budget ?? "";
  const known = places.get(call.connection)?.get(name);
  if (known !== undefined) return known;
  const fresh: Place = { ownKey: `${call.connection.key} ${name}`, shared: sharedBudget(call, name), bucket: undefined };
  const all = places.get(call.connection) ?? new Map<string, Place>();
  places.set(call.connection, all.set(name, fresh));
  return fresh;
}

/** The bucket of a call; undefined where its operation names no budget. Throws `OVERLOADED`. */
export function bucketOf(call: AdmittedCall, place: Place): Bucket | undefined {
  if (place.shared === undefined) return undefined;
  if (place.bucket === undefined || place.bucket.isDropped) {
    place.bucket = call.services.budgets.bucket(place.shared.key, place.shared.limits);
  }
  return place.bucket;
}

function sharedBudget({ target, connection, tenant }: AdmittedCall, name: string): SharedBudget | undefined {
  const { contract } = target.connector;
  const spec = Object.hasOwn(contract.budgets, name) ? contract.budgets[name] : undefined;
  if (spec === undefined) return undefined;
  const ofAll = spec.scope === "connector";
  const names = ofAll ? [contract.name, name] : [tenant, contract.name, name];
  return {
    name,
    spec,
    limits: budgetLimits(name, spec, connection.settings),
    key: spec.scope === "connection" ? `${connection.key} ${name}` : JSON.stringify(names),
    isTrusted: !ofAll || !contract.hosts.some(isChosenByConnection),
    party: ofAll ? tenant : "",
  };
}

/** A host that a connection chooses cannot tell how the connections of others are doing. */
const isChosenByConnection = (host: string): boolean => host === "*" || host.includes("{");
