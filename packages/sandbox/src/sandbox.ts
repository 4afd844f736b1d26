import type { CodePlace, Json } from "@mortise/contract";
import type { Capability, GuestHooks } from "./guest/guest-call.ts";
import type { SandboxLevel } from "./sandbox-level.ts";
import type { SandboxLimits } from "./sandbox-limits.ts";

/** One call of guest code. */
export interface SandboxRequest {
  /** JavaScript (ES2023) as a script: no `import`, no `export`. It defines a function called {@link SandboxRequest.functionName}. */
  readonly source: string;
  /** Called once with the input, and the context where there is one. May return a promise. A name, or names with dots between them. */
  readonly functionName: string;
  readonly input: Json;
  /** Groups of host functions that the code sees as globals of these names. Absent: none. */
  readonly capabilities?: readonly Capability[];
  /** What the code's clock says, epoch ms; it stands still. Absent: the time of the call. */
  readonly nowMs?: number;
  /** Texts that no error may contain. Absent: none. */
  readonly secrets?: readonly string[];
  /** What the function gets as its second argument, its host functions beside it, which are no globals then. Absent: no argument. */
  readonly context?: Json;
  /** Questions that it may ask with the functions of its context. Absent: none. */
  readonly granted?: readonly string[];
  /** Takes questions and log lines; its signal ends the call. Absent: nobody does. */
  readonly hooks?: GuestHooks;
  /** 32 bytes, hex: the same ones give the same random values. Absent: fresh ones. */
  readonly entropy?: string;
  /** Whose processor time and turns it takes. Absent: nobody's. */
  readonly tenant?: string;
  /** Where a place of the source is in the author's files. Absent: the source is the author's. */
  readonly locate?: (line: number, column: number) => CodePlace | undefined;
  /** In place of the sandbox's own. */
  readonly limits?: Partial<Pick<SandboxLimits, "wallMs" | "questions" | "logBytes">>;
}

/** Where code of connectors runs apart from everything else. */
export interface Sandbox {
  /**
   * Runs code in an engine of its own and returns what it returned: untrusted JSON, to be validated. Rejects with `CODE_FAILED` where the
   * code throws, is no script, has no such function or returns what is not JSON; `CODE_TIMEOUT` where its time is up; `LIMIT_EXCEEDED` where
   * it needs more memory, stack or host calls, or is given or returns more than it may; `OVERLOADED` where too many calls wait;
   * `CALL_CANCELLED` after {@link Sandbox.close}.
   */
  run(request: SandboxRequest): Promise<Json>;
  /** What stands around the code here. Opens the sandbox where no call was made yet. */
  level(): Promise<SandboxLevel>;
  /** Ends its process and threads; calls that are being made are rejected. */
  close(): Promise<void>;
}
