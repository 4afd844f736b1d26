import type { RuntimeStatus } from "@mortise/runtime";

/** What a process of a deployment is. */
export type ProcessKind = "server" | "worker";

/** What a process tells the others of itself: the parts of its runtime's status that say why calls wait or are refused. */
export interface ProcessStatus {
  readonly host: string;
  readonly pid: number;
  readonly calls: RuntimeStatus["calls"];
  /** 200 at most. */
  readonly circuits: RuntimeStatus["circuits"];
  /** Hosts at which calls wait or fail, 200 at most. */
  readonly hosts: RuntimeStatus["hosts"];
  readonly budgets: RuntimeStatus["budgets"];
  readonly quarantined: RuntimeStatus["lifecycle"]["quarantined"];
  /** How old the lists are that it goes by. */
  readonly lists: { readonly killList: string; readonly flags: string };
  /** The revision of what may run that it acts by. */
  readonly lifecycleRevision: number;
}

const MOST = 200;

/** What is told of a runtime's status. */
export function processStatus(
  status: RuntimeStatus,
  about: { readonly host: string; readonly pid: number; readonly lifecycleRevision: number },
): ProcessStatus {
  const { calls, circuits, hosts, budgets, lifecycle } = status;
  return {
    ...about,
    calls,
    circuits: circuits.slice(0, MOST),
    hosts: hosts.filter(({ waiting, circuit, failures }) => waiting > 0 || failures > 0 || circuit !== "closed").slice(0, MOST),
    budgets,
    quarantined: lifecycle.quarantined.slice(0, MOST),
    lists: { killList: lifecycle.killList.state, flags: lifecycle.flags.state },
  };
}
