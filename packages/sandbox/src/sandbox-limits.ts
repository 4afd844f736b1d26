import { MortiseError } from "@mortise/contract";

/** What one call of guest code may use. */
export interface SandboxLimits {
  /** Processor time in ms. Default 1,000. */
  readonly cpuMs: number;
  /** Time from when the code starts, in ms; then its worker is killed. Default 2,000. */
  readonly wallMs: number;
  /** Memory of the engine with everything in it, in bytes: whole pages of 64 KiB, at least 17 MiB. Default 32 MiB. */
  readonly memoryBytes: number;
  /** Stack of the engine in bytes. Default 256 KiB. */
  readonly stackBytes: number;
  /** Source and input, in bytes of UTF-8 each. Default 1 MiB. */
  readonly inputBytes: number;
  /** What it returns, in bytes of UTF-8 of its JSON. Default 1 MiB. */
  readonly outputBytes: number;
  /** Calls of host functions that compute. Default 1,000. */
  readonly hostCalls: number;
  /** Questions to whoever made the call, such as requests. Default 50. */
  readonly questions: number;
  /** What it logs, in bytes of UTF-8; what is beyond is dropped. Default 64 KiB. */
  readonly logBytes: number;
}

export const DEFAULT_LIMITS: SandboxLimits = Object.freeze({
  cpuMs: 1_000,
  wallMs: 2_000,
  memoryBytes: 32 * 2 ** 20,
  stackBytes: 256 * 2 ** 10,
  inputBytes: 2 ** 20,
  outputBytes: 2 ** 20,
  hostCalls: 1_000,
  questions: 50,
  logBytes: 64 * 2 ** 10,
});

export const PAGE_BYTES = 65_536;
/** The engine itself needs 16 MiB (its WebAssembly module says so). */
const MIN_MEMORY_BYTES = 17 * 2 ** 20;

/** The defaults with what is given over them. Throws `INVALID_VALUE`. */
export function sandboxLimits(given: Partial<SandboxLimits> = {}): SandboxLimits {
  const limits = { ...DEFAULT_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value <= 0)
      throw new MortiseError("INVALID_VALUE", `The sandbox limit ${name} is ${value}, expected a whole number above 0.`);
  }
  if (limits.memoryBytes % PAGE_BYTES !== 0 || limits.memoryBytes < MIN_MEMORY_BYTES)
    throw new MortiseError(
      "INVALID_VALUE",
      `The sandbox limit memoryBytes is ${limits.memoryBytes}, expected whole pages of ${PAGE_BYTES} and at least ${MIN_MEMORY_BYTES}.`,
    );
  return Object.freeze(limits);
}
