import type { SandboxLimits } from "../sandbox-limits.ts";

/** Counts what one call uses. */
export interface CallBudget {
  /** Whether its processor time is up; once it is, it stays so. */
  timeIsUp(): boolean;
  /** Takes one host call; false: there are none left. */
  takeHostCall(): boolean;
  /** Whether one host call too many was made. */
  tooManyHostCalls(): boolean;
  /** Ends the call: from now on its time is up. */
  breakOff(): void;
  brokenOff(): boolean;
}

/** Starts to count. Processor time is this thread's own, so that a busy machine does not make honest code late. */
export function callBudget(limits: SandboxLimits): CallBudget {
  const start = process.threadCpuUsage();
  let up = false;
  let calls = 0;
  let broken = false;
  return {
    timeIsUp: () => {
      if (up) return true;
      const { user, system } = process.threadCpuUsage(start);
      up = (user + system) / 1_000 >= limits.cpuMs;
      return up;
    },
    takeHostCall: () => {
      calls += 1;
      return calls <= limits.hostCalls;
    },
    tooManyHostCalls: () => calls > limits.hostCalls,
    breakOff: () => {
      broken = true;
      up = true;
    },
    brokenOff: () => broken,
  };
}
