import type { GuestAnswer, GuestCall, GuestHooks } from "./guest/guest-call.ts";
import type { SandboxLevel } from "./sandbox-level.ts";

/** Where guests run. */
export interface SandboxHost {
  readonly level: SandboxLevel;
  /** Whether it takes calls no more; a new one has to be opened. */
  readonly ended: boolean;
  /** Never rejects. */
  run(call: GuestCall, hooks?: GuestHooks): Promise<GuestAnswer>;
  close(): Promise<void>;
}
