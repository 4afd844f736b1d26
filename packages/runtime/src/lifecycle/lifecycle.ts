/**
 * Says what may run: kill list, feature flags, pauses, draining, quarantine of code.
 *
 * Owns: the lists that were read last, holds, streams in progress, calls that wait and may be killed.
 * Does not own: calls in progress (Deadlines), what a call is refused with beyond the code and the reason.
 * Talks to: the sources of the lists, `RuntimeOptions.onLifecycle`.
 * Invariants:
 *   L1. What is killed is refused: before anything is looked up for it, before every attempt, and while it waits for a budget. An attempt that is
 *       on its way ends by itself, as nobody could say what stopping it would leave behind.
 *   L2. A hold (pause, drain) turns new calls away and leaves calls in progress, and their parts, alone.
 *   L3. A runtime that uses none of this asks one field a call.
 */
import { type Contract, type ErrorData, isMortiseError, MortiseError } from "@mortise/contract";
import type { AskedRequest, ReadyCall, ResolvedCall } from "../call.ts";
import type { CompiledOperation } from "../operation/compile-operation.ts";
import { CrashBudget, type CrashBudgetOptions } from "./crash-budget.ts";
import { type FlagList, Flags, joinFlags, parseFlags } from "./feature-flags.ts";
import { type Held, type HoldState, Holds } from "./holds.ts";
import { joinKillLists, type KilledThings, type KillList, parseKillList } from "./kill-list.ts";
import type { LifecyclePorts } from "./lifecycle-ports.ts";
import type { LifecycleChange, LifecycleStatus, ListState } from "./lifecycle-status.ts";
import { type ListOptions, WatchedList } from "./watched-list.ts";

/** What must not run any more, kept up to date: a change acts within 60 s. */
export interface KillListOptions extends ListOptions<KillList> {
  /** Until the list could be read once. Absent: `run`. */
  readonly whileUnread?: "run" | "refuse";
}

/** Features that are on or off, kept up to date: a change acts within 60 s. Until they could be read once all are off. */
export type FlagOptions = ListOptions<FlagList>;

/** What a runtime's lifecycle is made from. */
export interface LifecycleOptions {
  /** Publishers, connectors, versions and operations that must not run. Absent: none. */
  readonly killList?: KillListOptions;
  /** Features that are on or off, by tenant. Absent: none; `isOn` is false. */
  readonly flags?: FlagOptions;
  /** How often native or sandboxed code of an operation may break before it is quarantined. Absent: what {@link CrashBudgetOptions} says of each. */
  readonly crashBudget?: CrashBudgetOptions;
  /** Is told of what changes in what may run. Must not throw. Absent: nobody is told. */
  readonly onLifecycle?: (change: LifecycleChange) => void;
}

interface Waiter {
  readonly call: ReadyCall;
  readonly refuse: (error: unknown) => void;
}

const OFF = new Flags({ flags: {} });

export class Lifecycle {
  readonly #holds = new Holds();
  readonly #killList: WatchedList<KilledThings> | undefined;
  readonly #flags: WatchedList<Flags> | undefined;
  readonly #refusesUnread: boolean;
  readonly #crashes: CrashBudget;
  readonly #tell: (change: LifecycleChange) => void;
  readonly #now: () => number;
  /** One call may wait several times at once: for a read that is made a second time beside itself. */
  readonly #waiting = new Set<Waiter>();
  readonly #troubled = new Set<"killList" | "flags">();
  #wasKilled = false;
  /** Nothing is killed, gated, held: no call need be looked at. */
  #isIdle: boolean;

  constructor(
    { killList, flags, crashBudget = {}, onLifecycle: tell = () => undefined }: LifecycleOptions,
    ports: LifecyclePorts,
  ) {
    this.#tell = tell;
    this.#now = ports.now;
    this.#refusesUnread = killList?.whileUnread === "refuse";
    const trouble = (list: "killList" | "flags") => (problem: string | undefined) => {
      if (problem === undefined) this.#troubled.delete(list);
      else this.#troubled.add(list);
      tell({ kind: "list", list, ...(problem === undefined ? {} : { problem }) });
    };
    this.#killList =
      killList &&
      new WatchedList("killList", killList, {
        parse: parseKillList,
        join: joinKillLists,
        ports,
        changed: (list) => this.#killedChanged(list),
        trouble: trouble("killList"),
      });
    this.#flags =
      flags &&
      new WatchedList("flags", flags, {
        parse: parseFlags,
        join: joinFlags,
        ports,
        changed: () => this.#settle(),
        trouble: trouble("flags"),
      });
    this.#crashes = new CrashBudget(crashBudget, {
      now: ports.now,
      quarantined: tell,
      released: (use, tenant, by) => tell({ kind: "released", use, tenant, by }),
    });
    this.#isIdle = !this.#refusesUnread;
  }

  /** The wait for lists that were never read; undefined: there is none. */
  ready(): Promise<unknown> | undefined {
    const killList = this.#killList?.ready();
    const flags = this.#flags?.ready();
    return killList !== undefined && flags !== undefined ? Promise.all([killList, flags]) : (killList ?? flags);
  }

  /** Lets a call begin. Throws `CONNECTOR_KILLED`, `FEATURE_OFF`, `CONNECTOR_PAUSED`, `CONNECTION_PAUSED`, `DRAINING`. */
  check({ connector: { contract }, name }: CompiledOperation, connection: string, tenant: string, request: AskedRequest): void {
    if (!this.#isIdle) this.checkContract(contract, name, { connection, tenant, isPart: request.isPart === true });
  }

  /** The same for what is no call of an operation, as a connection that is being made. */
  checkContract(
    contract: Contract,
    operation: string | undefined,
    {
      connection = "",
      tenant,
      isPart = false,
    }: { readonly connection?: string; readonly tenant: string; readonly isPart?: boolean },
  ): void {
    if (this.#isIdle) return;
    this.#checkKilled(contract, operation);
    const flag = this.#flags?.value?.shut(contract, operation, tenant);
    if (flag !== undefined)
      throw new MortiseError("FEATURE_OFF", `${nameOf(contract, operation)} is behind the flag "${flag}", which is off here.`);
    if (isPart) return;
    const found = this.#holds.find(contract.name, connection, tenant);
    if (found !== undefined) throw refused(found.of, found.hold.state, found.hold.reason);
  }

  /** What {@link Lifecycle.checkContract} would throw. */
  refusal(contract: Contract, of: { readonly connection: string; readonly tenant: string }): ErrorData | undefined {
    void this.ready();
    try {
      this.checkContract(contract, undefined, of);
      return undefined;
    } catch (error) {
      if (isMortiseError(error)) return error.data;
      throw error;
    }
  }

  /** The same for a trigger, which need not wait for the lists: this starts reading them. */
  checkTrigger(contract: Contract, trigger: string, tenant: string): void {
    void this.ready();
    this.checkContract(contract, trigger, { tenant });
  }

  /** Before a stream's next page. Throws what ends it: it was killed, or the time to drain is over. */
  checkPage({ target, connection, tenant }: ResolvedCall): void {
    if (this.#isIdle) return;
    this.#checkKilled(target.connector.contract, target.name);
    const found = this.#holds.find(target.connector.contract.name, connection.name, tenant);
    if (found?.hold.state === "drained") throw refused(found.of, found.hold.state, found.hold.reason);
  }

  /** Before an attempt leaves. Throws `CONNECTOR_KILLED`. */
  checkAttempt({ target }: ReadyCall): void {
    if (!this.#isIdle) this.#checkKilled(target.connector.contract, target.name);
  }

  /** A call's wait for a permit, which ends sooner where the call is killed: its permit is given back when it comes. */
  untilKilled<Granted extends { readonly permit: { done(): void } }>(call: ReadyCall, wait: Promise<Granted>): Promise<Granted> {
    if (this.#killList === undefined) return wait;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { call, refuse: reject };
      this.#waiting.add(waiter);
      wait.then(
        (granted) => {
          if (this.#waiting.delete(waiter)) resolve(granted);
          else granted.permit.done();
        },
        (error: unknown) => {
          this.#waiting.delete(waiter);
          reject(error);
        },
      );
    });
  }

  /** Whether a feature is on. Flags that could not be read yet are off. */
  isOn(flag: string, tenant: string): boolean {
    return (this.#flags?.value ?? OFF).isOn(flag, tenant);
  }

  /** Holds calls back. Throws `LIMIT_EXCEEDED`. */
  hold(of: Held, state: HoldState, reason: string): void {
    const hold = { state, reason, sinceMs: this.#now() };
    this.#holds.set(of, hold);
    this.#settle();
    this.#tell({ kind: "held", ...of, ...hold });
  }

  /** What holds it; undefined: nothing does. */
  holdOf(of: Held): HoldState | undefined {
    return this.#holds.get(of)?.state;
  }

  /** Lets calls begin again. Returns whether something was held. */
  resume(of: Held): boolean {
    if (this.#holds.lift(of) === undefined) return false;
    this.#settle();
    this.#tell({ kind: "resumed", ...of });
    return true;
  }

  /** Counts how code breaks. */
  get crashes(): CrashBudget {
    return this.#crashes;
  }

  status(): LifecycleStatus {
    return {
      killList: { state: this.#stateOf("killList", this.#killList), entries: this.#killList?.value?.size ?? 0 },
      flags: { state: this.#stateOf("flags", this.#flags) },
      held: this.#holds.list(),
      quarantined: this.#crashes.list(),
    };
  }

  #stateOf(name: "killList" | "flags", list: { readonly value: unknown } | undefined): ListState {
    if (list === undefined) return "absent";
    if (list.value === undefined) return "unread";
    return this.#troubled.has(name) ? "stale" : "read";
  }

  #checkKilled(contract: Contract, operation: string | undefined): void {
    if (this.#killList === undefined) return;
    const list = this.#killList.value;
    if (this.#killList.isUnread && this.#refusesUnread)
      throw new MortiseError(
        "CONNECTOR_KILLED",
        `${nameOf(contract, operation)} does not run until the kill list could be read.`,
        {
          remedy: "See that the source of the kill list can be reached.",
        },
      );
    const entry = list?.find(contract, operation);
    if (entry !== undefined)
      throw new MortiseError("CONNECTOR_KILLED", `${nameOf(contract, operation)} was taken out of use: ${entry.reason}`);
  }

  #killedChanged(list: KilledThings): void {
    this.#settle();
    // That nothing is killed is news only after something was.
    if (list.size > 0 || this.#wasKilled) this.#tell({ kind: "killed", entries: list.size });
    this.#wasKilled ||= list.size > 0;
    for (const waiter of [...this.#waiting]) {
      try {
        this.checkAttempt(waiter.call);
      } catch (error) {
        this.#waiting.delete(waiter);
        waiter.refuse(error);
      }
    }
  }

  #settle(): void {
    const killed = this.#killList?.value;
    const isUnread = this.#refusesUnread && this.#killList?.isUnread === true;
    const gates = this.#flags?.value?.gateCount ?? 0;
    this.#isIdle = !isUnread && (killed?.size ?? 0) === 0 && gates === 0 && this.#holds.isEmpty;
  }
}

const nameOf = ({ name, version }: Contract, operation: string | undefined): string =>
  `${name}@${version}${operation === undefined ? "" : `/${operation}`}`;

function refused({ connector, connection }: Held, state: HoldState, reason: string): MortiseError {
  const what =
    connector !== undefined
      ? `The connector ${connector}`
      : connection !== undefined
        ? `The connection "${connection}"`
        : "The runtime";
  if (state !== "paused") return new MortiseError("DRAINING", `${what} takes no new calls: ${reason}`);
  const code = connector !== undefined ? "CONNECTOR_PAUSED" : "CONNECTION_PAUSED";
  return new MortiseError(code, `${what} is paused: ${reason}`);
}
