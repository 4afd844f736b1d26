import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "@mortise/contract";
import type { DurableEngine } from "@mortise/workflow";

/** A call of the engine in the worker. */
export interface Order {
  readonly id: string;
  readonly method: keyof DurableEngine;
  readonly args: readonly unknown[];
}
export interface Answer {
  readonly id: string;
  readonly value?: unknown;
  readonly error?: { readonly code?: string; readonly message: string };
}

/** One worker process. */
export interface Worker {
  readonly pid: number;
  /** Resolves when its engine is open. */
  readonly ready: Promise<void>;
  call(method: keyof DurableEngine, ...args: readonly unknown[]): Promise<Json>;
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  isGone(): boolean;
  /** Sends a signal; for SIGKILL, resolves when the process is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a worker on a data folder; `effects` is the file to which its steps append. */
export function spawnWorker(dataDir: string, effects: string, name: string, scope = ""): Worker {
  const child: ChildProcess = fork(join(import.meta.dirname, "worker.ts"), [dataDir, effects, name, scope], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting = new Map<string, { resolve: (value: Json) => void; reject: (error: Error) => void }>();
  const ready = Promise.withResolvers<void>();
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let orders = 0;
  ready.promise.catch(() => {});
  child.on("message", ({ id, value, error }: Answer) => {
    if (id === "ready") return ready.resolve();
    const order = waiting.get(id);
    waiting.delete(id);
    if (error) order?.reject(Object.assign(new Error(error.message), { code: error.code }));
    else order?.resolve((value ?? null) as Json);
  });
  child.once("exit", (code, signal) => {
    const ended = new Error(`worker ${name} ended with ${code ?? signal}`);
    ready.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
  });
  return {
    pid: child.pid ?? 0,
    ready: ready.promise,
    gone,
    isGone: () => child.exitCode !== null || child.signalCode !== null,
    call: async (method, ...args) => {
      await ready.promise;
      const id = String(++orders);
      const answer = new Promise<Json>((resolve, reject) => waiting.set(id, { resolve, reject }));
      answer.catch(() => {});
      child.send({ id, method, args } satisfies Order, (error) => error && waiting.get(id)?.reject(error));
      return await answer;
    },
    kill: async (signal) => {
      child.kill(signal);
      if (signal === "SIGKILL") await gone;
    },
  };
}

/** What the workers' steps did, in order. */
export function effectsIn(file: string): readonly {
  readonly runId: string;
  readonly path: string;
  readonly worker: string;
  readonly key: string;
  readonly atMs: number;
}[] {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [runId = "", path = "", worker = "", key = "", at = ""] = line.split(" ");
    return { runId, path, worker, key, atMs: Number(at) };
  });
}
