import type { Contract, ErrorData } from "@mortise/contract";
import type { CircuitStatus, HostStatus } from "@mortise/runtime";
import type { StoredHold } from "../store/lifecycle-store.ts";
import type { KnownProcess } from "./process-board.ts";

/** Why calls of a connection are refused or wait, over all processes; what is absent is no reason. */
export interface ConnectionStanding {
  /** What a call would be refused with. */
  readonly refusal?: Pick<ErrorData, "code" | "message" | "remedy">;
  /** The hold that somebody has put on the connection itself. */
  readonly hold?: Pick<StoredHold, "state" | "reason" | "actor" | "sinceMs">;
  /** The worst circuit: an open one before a half-open one, then the one that stays so for longest. */
  readonly circuit?: {
    readonly state: CircuitStatus["state"];
    readonly host: string;
    /** Whether all connections to the host share it. */
    readonly isShared: boolean;
    readonly sinceMs: number;
    readonly untilMs: number;
    /** Processes in which it is not closed. */
    readonly processes: number;
  };
  /** Calls that wait for a place at its host, and how many at once the host is found to take, of all processes. */
  readonly waiting?: { readonly host: string; readonly calls: number; readonly inFlight: number; readonly limit: number };
}

/** What is asked about. */
export interface StandingQuestion {
  readonly connection: { readonly name: string; readonly connector: string; readonly settings: object };
  readonly contract: Contract | undefined;
  readonly tenant: string;
  readonly refusal: ErrorData | undefined;
  readonly holds: readonly StoredHold[];
  readonly processes: readonly KnownProcess[];
}

/** Puts together what is known about a connection. */
export function connectionStanding({
  connection,
  contract,
  tenant,
  refusal,
  holds,
  processes,
}: StandingQuestion): ConnectionStanding {
  const { name } = connection;
  const connector = contract?.name ?? connection.connector.split("@")[0] ?? "";
  const isOwnHost = hostsOf(contract, connection.settings);
  const concerns = (circuit: CircuitStatus): boolean =>
    circuit.connector === connector &&
    (circuit.connection === undefined ? isOwnHost(circuit.host) : circuit.connection === name && circuit.tenant === tenant);
  const circuits = processes.map(({ status }) => status.circuits.filter(concerns));
  const worst = circuits.flat().toSorted(worstFirst)[0];
  const loads = processes
    .flatMap(({ status }) => status.hosts)
    .filter((host) => host.connector === connector && isOwnHost(host.host));
  const busiest = busiestHost(loads);
  const hold = holds.find((each) => each.kind === "connection" && each.name === name);
  return {
    ...(refusal === undefined ? {} : { refusal: shown(refusal) }),
    ...(hold === undefined ? {} : { hold: { state: hold.state, reason: hold.reason, actor: hold.actor, sinceMs: hold.sinceMs } }),
    ...(worst === undefined
      ? {}
      : {
          circuit: {
            state: worst.state,
            host: worst.host,
            isShared: worst.connection === undefined,
            sinceMs: worst.sinceMs,
            untilMs: worst.untilMs,
            processes: circuits.filter((each) => each.length > 0).length,
          },
        }),
    ...(busiest === undefined ? {} : { waiting: busiest }),
  };
}

const shown = ({ code, message, remedy }: ErrorData) => ({ code, message, ...(remedy === undefined ? {} : { remedy }) });

function worstFirst(one: CircuitStatus, other: CircuitStatus): number {
  if (one.state !== other.state) return one.state === "open" ? -1 : 1;
  return other.untilMs - one.untilMs;
}

/** The host at which most calls wait, over all processes; undefined: none waits. */
function busiestHost(loads: readonly HostStatus[]): ConnectionStanding["waiting"] {
  const byHost = new Map<string, { calls: number; inFlight: number; limit: number }>();
  for (const { host, waiting, inFlight, limit } of loads) {
    const sum = byHost.get(host) ?? { calls: 0, inFlight: 0, limit: 0 };
    byHost.set(host, { calls: sum.calls + waiting, inFlight: sum.inFlight + inFlight, limit: sum.limit + limit });
  }
  const [busiest] = [...byHost].filter(([, { calls }]) => calls > 0).toSorted(([, one], [, other]) => other.calls - one.calls);
  return busiest && { host: busiest[0], ...busiest[1] };
}

/**
 * Whether a host, with or without port, is one that the connection's contract names for its settings. A contract that names none, or leaves it
 * to each call, says of no host that it is the connection's own.
 */
function hostsOf(contract: Contract | undefined, settings: object): (host: string) => boolean {
  const known: Readonly<Record<string, unknown>> = { ...settings };
  const hosts = (contract?.hosts ?? []).map((host) =>
    host.replace(/\{settings\.([^}]+)\}/g, (_, setting: string) => hostIn(String(known[setting] ?? ""))).toLowerCase(),
  );
  return (host) => {
    const [bare = ""] = host.toLowerCase().split(":");
    return hosts.some((own) => {
      if (own.startsWith("*.")) return bare.endsWith(own.slice(1));
      return own !== "" && own !== "*" && (own === bare || own === host.toLowerCase());
    });
  };
}

/** A setting may be a whole address. */
function hostIn(value: string): string {
  return URL.canParse(value) ? new URL(value).host : value;
}
