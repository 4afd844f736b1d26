/**
 * How far guest code is from everything else, the strictest first. Everywhere it runs in WebAssembly, in a thread of its own.
 * `namespace`: in a process without files, environment, network and other processes. `process`: in a process without files and environment,
 * which could reach the network if the engine were broken. `thread`: in this process.
 */
export type IsolationLevel = "namespace" | "process" | "thread";

/** What stands around the guests here. */
export interface SandboxLevel {
  readonly level: IsolationLevel;
  /** One sentence, with the reason where a stricter level could not be had. */
  readonly detail: string;
}

const DETAILS: Readonly<Record<IsolationLevel, string>> = Object.freeze({
  namespace: "code of connectors runs in WebAssembly, in a process without files, environment and network",
  process: "code of connectors runs in WebAssembly, in a process without files and environment that is not kept from the network",
  thread: "code of connectors runs in WebAssembly, in this process",
});

/** Says what a level is; `reasons` say why it is no stricter one. */
export function sandboxLevel(level: IsolationLevel, reasons: readonly string[]): SandboxLevel {
  const why = level === "namespace" || reasons.length === 0 ? "" : ` (no more here: ${reasons.join("; ")})`;
  return Object.freeze({ level, detail: `${DETAILS[level]}${why}` });
}
