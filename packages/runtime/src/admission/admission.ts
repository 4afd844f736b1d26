/**
 * Lets calls in, and attempts out, or turns them away.
 *
 * Owns: the places of the process, tenants' quotas, the gates of connections, the load of hosts, the counts of what was turned away.
 * Does not own: rate limits (budget), the decision to try again (retry).
 * Talks to: metrics and `onCircuitChange`, when something changes.
 * Invariants:
 *   A1. A call finds its gate with two look-ups; nothing is computed from its connection or its URL that the connection alone settles.
 *   A2. What is kept is bounded: 10,000 gates and 2,000 hosts, those that were not used for the longest go first.
 */
import { MortiseError } from "@mortise/contract";
import { RecentlyUsed } from "../cache/recently-used.ts";
import type { ReadyCall, ResolvedCall } from "../call.ts";
import type { OpenConnection } from "../connection/open-connection.ts";
import { callScope } from "../operation/call-scope.ts";
import type { CompiledOperation } from "../operation/compile-operation.ts";
import { Deadlines } from "./deadlines.ts";
import { type CircuitChange, type GateParts, HostLoad, type ShedReason } from "./host-load.ts";
import type { Latency } from "./latency.ts";
import type { Passage } from "./passage.ts";
import { PRIORITIES, type Priority, rankOf } from "./priority.ts";
import type { CircuitStatus, HostStatus, RuntimeStatus } from "./runtime-status.ts";
import { Slots } from "./slots.ts";
import { TargetGate } from "./target-gate.ts";
import { targetHost } from "./target-host.ts";
import { type TenantQuota, TenantQuotas } from "./tenant-quota.ts";

/** How much work a runtime takes on. */
export interface AdmissionOptions {
  /** Calls in progress, in all. Absent: 10,000. */
  readonly maxInFlight?: number;
  /** Calls in progress of one tenant. Absent: as many as in all. */
  readonly maxPerTenant?: number;
  /** Calls of one tenant in a time. Absent: as many as it likes. */
  readonly tenantQuota?: TenantQuota;
  /** Attempts in progress at one host of one connector; fewer where the host is found to take fewer. At least 2. Absent: 1,000. */
  readonly maxPerHost?: number;
}

/** What admission needs of the runtime. */
export interface AdmissionParts extends Omit<GateParts, "shed" | "changed"> {
  readonly closing: AbortSignal;
  readonly weightOf?: (tenant: string) => number;
  readonly shed: (labels: { readonly connector: string; readonly priority: Priority; readonly reason: ShedReason }) => void;
  readonly changed: (change: CircuitChange) => void;
}

/** An attempt's way out: its gate, and what is known of its operation's latency there. */
export interface Way {
  readonly gate: TargetGate;
  readonly latency: Latency;
  /** What the connection was set to when the way was found. */
  readonly settings: OpenConnection["settings"];
}

const MAX_IN_FLIGHT = 10_000;
const MAX_GATES = 10_000;
const MAX_HOSTS = 2_000;
const MAX_SHOWN = 1_000;
/** Of calls that name no tenant: each of its connections answers for itself. */
const NO_TENANT = "default";

export class Admission {
  readonly deadlines: Deadlines;
  readonly #parts: GateParts;
  readonly #options: AdmissionOptions;
  readonly #weightOf: ((tenant: string) => number) | undefined;
  readonly #slots: Slots;
  readonly #quotas: TenantQuotas | undefined;
  readonly #gates = new RecentlyUsed<TargetGate>(MAX_GATES);
  readonly #hosts = new RecentlyUsed<HostLoad>(MAX_HOSTS);
  readonly #ways = new WeakMap<OpenConnection, Map<CompiledOperation, Way>>();
  readonly #shed: [number, number, number, number] = [0, 0, 0, 0];

  constructor(options: AdmissionOptions, { closing, weightOf, shed, ...parts }: AdmissionParts) {
    this.#options = options;
    this.#weightOf = weightOf;
    this.deadlines = new Deadlines(parts.elapsedMs, closing);
    this.#quotas = options.tenantQuota === undefined ? undefined : new TenantQuotas(options.tenantQuota);
    this.#parts = {
      ...parts,
      shed: (rank, connector, reason) => {
        this.#shed[rank]++;
        shed({ connector, priority: PRIORITIES[rank], reason });
      },
    };
    const limit = options.maxInFlight ?? MAX_IN_FLIGHT;
    this.#slots = new Slots({
      clock: parts.clock,
      limit,
      capacity: () => limit,
      ...(options.maxPerTenant === undefined ? {} : { perTenant: options.maxPerTenant }),
      ...(weightOf === undefined ? {} : { weightOf }),
      shed: (rank) => this.#parts.shed(rank, "", "process_full"),
    });
  }

  /** Takes a place in the process for a call; undefined where there is one, otherwise the wait for it. Throws and rejects with `OVERLOADED`. */
  enter(call: ResolvedCall, untilMs: number, signal: AbortSignal): Promise<void> | undefined {
    const rank = rankOf(call.request.priority);
    const again = this.#quotas?.take(call.tenant, this.#parts.clock.now()) ?? 0;
    if (again > 0) {
      this.#parts.shed(rank, call.target.connector.contract.name, "quota");
      throw new MortiseError("OVERLOADED", `${call.use}: the tenant has used up its quota of calls.`, { retryAtMs: again });
    }
    if (this.#slots.tryEnter(rank, call.tenant)) return undefined;
    const what = `${call.use}: ${this.#slots.inFlight} calls are in progress already`;
    return this.#slots.wait({ rank, tenant: call.tenant, untilMs, what }, signal);
  }

  /** Gives a call's place back. */
  leave(tenant: string): void {
    this.#slots.leave(tenant);
  }

  /** The way of a call's attempts. */
  way(call: ReadyCall): Way {
    const ways = this.#ways.get(call.connection);
    const known = ways?.get(call.target);
    if (known !== undefined && known.settings === call.connection.settings) return known;
    const host = targetHost(call.target);
    const fresh = this.#findWay(call, host.of(callScope(call)));
    if (!host.isFixed) return fresh;
    if (ways === undefined) this.#ways.set(call.connection, new Map([[call.target, fresh]]));
    else ways.set(call.target, fresh);
    return fresh;
  }

  /** Whether an attempt may be made at all, before anything is taken for it. Throws `CIRCUIT_OPEN`. */
  check(call: ReadyCall, { gate }: Way): void {
    gate.check(call, rankOf(call.request.priority));
  }

  /** Lets an attempt out, or waits until it may. Throws and rejects as {@link TargetGate.enter}. */
  go(call: ReadyCall, { gate, latency }: Way, isRetry: boolean): Passage | Promise<Passage> {
    return gate.enter(call, latency, rankOf(call.request.priority), isRetry);
  }

  /** Calls in progress, those that wait for a place, and the most there may be. */
  load(): RuntimeStatus["calls"] {
    const { inFlight, waiting, limit } = this.#slots;
    return { inFlight, waiting, limit };
  }

  status(): Omit<RuntimeStatus, "budgets" | "lifecycle"> {
    const nowMs = this.#parts.clock.now();
    const hosts = [...this.#hosts.values()].reverse();
    const [interactive, webhook, scheduled, backfill] = this.#shed;
    return {
      calls: this.load(),
      shed: { interactive, webhook, scheduled, backfill },
      circuits: this.#circuits(hosts),
      hosts: hosts.slice(0, MAX_SHOWN).map(
        ({ connector, host, shared, slots }): HostStatus => ({
          connector,
          host,
          circuit: shared.circuit.state,
          limit: slots.limit,
          inFlight: slots.inFlight,
          waiting: slots.waiting,
          ...shared.counts(nowMs),
        }),
      ),
    };
  }

  #circuits(hosts: readonly HostLoad[]): readonly CircuitStatus[] {
    const found: CircuitStatus[] = [];
    const all = [
      ...hosts.map(({ connector, host, shared }) => ({ owner: { connector, host }, circuit: shared.circuit })),
      ...this.#gates.values(),
    ];
    for (const { owner, circuit } of all) {
      const { state, sinceMs, untilMs } = circuit;
      if (state !== "closed") found.push({ ...owner, state, sinceMs, untilMs });
      if (found.length === MAX_SHOWN) break;
    }
    return found;
  }

  #findWay(call: ReadyCall, host: string): Way {
    const { connection, target, tenant } = call;
    const gate = this.#gate(target.connector.contract.name, connection, tenant, host);
    return { gate, latency: gate.latency(target.name), settings: connection.settings };
  }

  #gate(connector: string, connection: OpenConnection, tenant: string, host: string): TargetGate {
    const key = `${connection.version} ${host}`;
    const known = this.#gates.get(key);
    if (known !== undefined) return known;
    const owner = { connector, host, connection: connection.name, tenant };
    const group = tenant === NO_TENANT ? connection.key : tenant;
    const fresh = new TargetGate(owner, group, this.#parts, host === "" ? undefined : this.#host(connector, host));
    this.#gates.set(key, fresh);
    return fresh;
  }

  #host(connector: string, host: string): HostLoad {
    const key = `${connector} ${host}`;
    const known = this.#hosts.get(key);
    if (known !== undefined) return known;
    const { maxPerHost: max } = this.#options;
    const fresh = new HostLoad(connector, host, this.#parts, {
      ...(max === undefined ? {} : { max }),
      ...(this.#weightOf === undefined ? {} : { weightOf: this.#weightOf }),
    });
    this.#hosts.set(key, fresh);
    return fresh;
  }
}
