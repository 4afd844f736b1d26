import { type Contract, MortiseError } from "@mortise/contract";
import { closedObject, faultOf, textOf, textsIn } from "./list-document.ts";

/** One thing that must not run any more: all of a publisher, a connector, versions of it, or an operation. All that is named must fit. */
export interface KillEntry {
  readonly publisher?: string;
  readonly connector?: string;
  /** `2`, `2.1` or `2.1.0`: these and what is below them. Absent: every version. Needs `connector`. */
  readonly version?: string;
  /** Absent: all operations and triggers. Needs `connector`. */
  readonly operation?: string;
  /** Shown to whoever is refused; no secret belongs in it. */
  readonly reason: string;
}

/** The document that a source of {@link KillListOptions} gives. */
export interface KillList {
  /** 10,000 at most. */
  readonly killed: readonly KillEntry[];
}

const KEYS = Object.freeze(["publisher", "connector", "version", "operation", "reason"] as const);
const MAX_ENTRIES = 10_000;

/** A kill list, ready to be asked: two look-ups for a call of a connector that it does not name. */
export class KilledThings {
  readonly #byConnector = new Map<string, KillEntry[]>();
  readonly #byPublisher = new Map<string, KillEntry[]>();
  readonly entries: readonly KillEntry[];

  constructor({ killed }: KillList) {
    this.entries = killed;
    for (const entry of killed) {
      const [map, key] =
        entry.connector === undefined ? [this.#byPublisher, entry.publisher ?? ""] : [this.#byConnector, entry.connector];
      const known = map.get(key);
      if (known === undefined) map.set(key, [entry]);
      else known.push(entry);
    }
  }

  get size(): number {
    return this.entries.length;
  }

  /** The entry that forbids an operation (undefined: the connector as such); undefined: none does. */
  find({ name, version, publisher }: Contract, operation: string | undefined): KillEntry | undefined {
    if (this.size === 0) return undefined;
    const fits = (entry: KillEntry): boolean =>
      (entry.publisher === undefined || entry.publisher === publisher) &&
      (entry.version === undefined || version === entry.version || version.startsWith(`${entry.version}.`)) &&
      (entry.operation === undefined || entry.operation === operation);
    return this.#byConnector.get(name)?.find(fits) ?? this.#byPublisher.get(publisher)?.[0];
  }
}

/** All that any of several kill lists names. */
export const joinKillLists = (lists: readonly KilledThings[]): KilledThings =>
  new KilledThings({ killed: lists.flatMap(({ entries }) => entries) });

/** Reads a kill list. Throws `INVALID_VALUE` with the place for anything that is none: half a list would let the other half run. */
export function parseKillList(document: unknown): KilledThings {
  const { killed } = closedObject(document, ["killed"], "");
  if (!Array.isArray(killed) || killed.length > MAX_ENTRIES)
    throw new MortiseError("INVALID_VALUE", `A kill list has "killed": a list of at most ${MAX_ENTRIES} entries.`, {
      path: "/killed",
    });
  return new KilledThings({ killed: killed.map((entry, index) => parseEntry(entry, `/killed/${index}`)) });
}

/** What is wrong with one entry of a kill list; undefined: nothing. */
export const killFault = (entry: unknown): MortiseError | undefined => faultOf(() => parseEntry(entry, ""));

function parseEntry(given: unknown, path: string): KillEntry {
  const entry = closedObject(given, KEYS, path);
  const texts = textsIn(entry, ["publisher", "connector", "version", "operation"], path);
  const reason = textOf(entry.reason, `${path}/reason`);
  if (
    texts.connector === undefined &&
    (texts.publisher === undefined || texts.version !== undefined || texts.operation !== undefined)
  )
    throw new MortiseError(
      "INVALID_VALUE",
      `The entry at ${path} names no connector; without one it may name a publisher alone.`,
      {
        path,
      },
    );
  return Object.freeze({ ...texts, reason });
}
