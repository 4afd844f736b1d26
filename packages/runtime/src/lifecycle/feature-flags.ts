import { createHash } from "node:crypto";
import { type Contract, MortiseError } from "@mortise/contract";
import { closedObject, faultOf, invalid, textOf, textsIn } from "./list-document.ts";

/** A feature that is on or off, for all tenants or some. */
export interface FeatureFlag {
  /** False: off for everybody, whatever else is said. */
  readonly on: boolean;
  /** On for these tenants. Absent: for all, or for those of `share`. */
  readonly tenants?: readonly string[];
  /** On for this share of all tenants, from 0 to 1, always the same ones; who is on at 0.1 is on at 0.2. Absent: for all, or for `tenants`. */
  readonly share?: number;
  /** What only runs for tenants for whom it is on. Absent: nothing; code asks `runtime.isOn`. */
  readonly gates?: readonly FlagGate[];
}

/** What a flag stands before. */
export interface FlagGate {
  readonly connector: string;
  /** `2`, `2.1` or `2.1.0`. Absent: every version. */
  readonly version?: string;
  /** Absent: all operations and triggers. */
  readonly operation?: string;
}

/** The document that a source of {@link FlagOptions} gives. */
export interface FlagList {
  /** By name, 1,000 at most. */
  readonly flags: { readonly [name: string]: FeatureFlag };
}

interface Gate extends FlagGate {
  readonly flag: string;
}

const MAX_FLAGS = 1_000;

/** Flags, ready to be asked. */
export class Flags {
  readonly byName: ReadonlyMap<string, FeatureFlag>;
  readonly #gates = new Map<string, Gate[]>();
  readonly gateCount: number;

  constructor({ flags }: FlagList) {
    this.byName = new Map(Object.entries(flags));
    let count = 0;
    for (const [flag, { gates = [] }] of this.byName) {
      for (const gate of gates) {
        this.#gates.set(gate.connector, [...(this.#gates.get(gate.connector) ?? []), { ...gate, flag }]);
        count++;
      }
    }
    this.gateCount = count;
  }

  /** Whether a feature is on for a tenant. A flag that is not listed is off. */
  isOn(name: string, tenant: string): boolean {
    const flag = this.byName.get(name);
    if (flag?.on !== true) return false;
    const { tenants, share } = flag;
    if (tenants === undefined && share === undefined) return true;
    return tenants?.includes(tenant) === true || (share !== undefined && placeOf(name, tenant) < share);
  }

  /** The flag that stands before an operation (undefined: the connector as such) and is off for the tenant; undefined: none. */
  shut({ name, version }: Contract, operation: string | undefined, tenant: string): string | undefined {
    const fits = (gate: Gate): boolean =>
      (gate.version === undefined || version === gate.version || version.startsWith(`${gate.version}.`)) &&
      (gate.operation === undefined || gate.operation === operation) &&
      !this.isOn(gate.flag, tenant);
    return this.#gates.get(name)?.find(fits)?.flag;
  }
}

/** The flags of several lists; where two name the same one, the first list's holds. */
export const joinFlags = (lists: readonly Flags[]): Flags =>
  new Flags({ flags: Object.fromEntries(lists.toReversed().flatMap(({ byName }) => [...byName])) });

/** Reads flags. Throws `INVALID_VALUE` with the place for anything that is none. */
export function parseFlags(document: unknown): Flags {
  const { flags } = closedObject(document, ["flags"], "");
  if (typeof flags !== "object" || flags === null || Array.isArray(flags)) throw invalid("/flags", "expected an object");
  const entries = Object.entries(flags);
  if (entries.length > MAX_FLAGS)
    throw new MortiseError("INVALID_VALUE", `There are ${entries.length} flags; at most ${MAX_FLAGS} may be.`, {
      path: "/flags",
    });
  return new Flags({ flags: Object.fromEntries(entries.map(([name, flag]) => [name, parseFlag(flag, `/flags/${name}`)])) });
}

/** What is wrong with one flag; undefined: nothing. */
export const flagFault = (flag: unknown): MortiseError | undefined => faultOf(() => parseFlag(flag, ""));

function parseFlag(given: unknown, path: string): FeatureFlag {
  const { on, tenants, share, gates } = closedObject(given, ["on", "tenants", "share", "gates"], path);
  if (typeof on !== "boolean") throw invalid(`${path}/on`, "expected true or false");
  if (share !== undefined && !(typeof share === "number" && share >= 0 && share <= 1))
    throw invalid(`${path}/share`, "expected a number from 0 to 1");
  return Object.freeze({
    on,
    ...(tenants === undefined
      ? {}
      : { tenants: listOf(tenants, `${path}/tenants`).map((each) => textOf(each, `${path}/tenants`)) }),
    ...(share === undefined ? {} : { share: share as number }),
    ...(gates === undefined
      ? {}
      : { gates: listOf(gates, `${path}/gates`).map((gate, index) => parseGate(gate, `${path}/gates/${index}`)) }),
  });
}

function parseGate(given: unknown, path: string): FlagGate {
  const gate = closedObject(given, ["connector", "version", "operation"], path);
  return { connector: textOf(gate.connector, `${path}/connector`), ...textsIn(gate, ["version", "operation"], path) };
}

function listOf(given: unknown, path: string): readonly unknown[] {
  if (Array.isArray(given)) return given;
  throw invalid(path, "expected a list");
}

/** Where a tenant stands between 0 and 1, for one flag: always the same, and another place for another flag. */
function placeOf(flag: string, tenant: string): number {
  return createHash("sha256").update(`${flag}\n${tenant}`).digest().readUInt32BE(0) / 2 ** 32;
}
