export { codeRunner } from "./code-runner.ts";
export { createSandbox, type SandboxOptions } from "./create-sandbox.ts";
export { customCode } from "./custom-code.ts";
export type { Capability } from "./guest/guest-call.ts";
export type { Sandbox, SandboxRequest } from "./sandbox.ts";
export type { IsolationLevel, SandboxLevel } from "./sandbox-level.ts";
export { DEFAULT_LIMITS, type SandboxLimits } from "./sandbox-limits.ts";
