/**
 * How far guest code is from everything else, the strictest first. Everywhere it runs in WebAssembly, in a thread of its own.
 * `namespace`: in a process without files, environment, network and other processes. `process`: in a process without files and environment,
 * which could reach the network if the engine were broken. `thread`: in this process.
 */
export type IsolationLevel = "namespace" | "process" | "thread";

/** What stands around the guests here. */
export interface SandboxLevel {
  readonly level: IsolationLevel;
  /** One clause, without anything of this machine in it. */
  readonly detail: string;
  /** Why stricter levels could not be had here, in the words of the system. */
  readonly reasons: readonly string[];
}

const DETAILS: Readonly<Record<IsolationLevel, string>> = Object.freeze({
  namespace: "code of connectors runs in WebAssembly, in a process without files, environment and network",
  process: "code of connectors runs in WebAssembly, in a process without files and environment that is not kept from the network",
  thread: "code of connectors runs in WebAssembly, in this process",
});

/** Says what a level is; `reasons` say why it is no stricter one. */
export function sandboxLevel(level: IsolationLevel, reasons: readonly string[]): SandboxLevel {
  return Object.freeze({ level, detail: DETAILS[level], reasons: level === "namespace" ? [] : reasons });
}
