import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A process of the soak that says words of one type and takes orders of another. */
export interface Child<Word extends { readonly kind: string }, Order> {
  readonly pid: number;
  readonly isGone: boolean;
  tell(order: Order): void;
  /** The next word of a kind. Rejects where the process ends before it. */
  next<K extends Word["kind"]>(kind: K): Promise<Word & { readonly kind: K }>;
  onWord(listen: (word: Word) => void): void;
  kill(): Promise<void>;
}

/** Starts a script of this folder. */
export function startChild<Word extends { readonly kind: string }, Order>(
  script: string,
  args: readonly string[],
): Child<Word, Order> {
  const child: ChildProcess = fork(join(import.meta.dirname, script), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const gone = once(child, "exit");
  return {
    pid: child.pid ?? 0,
    get isGone() {
      return child.exitCode !== null || child.signalCode !== null;
    },
    tell: (order) => void child.send(order as object),
    next: (kind) =>
      new Promise((resolve, reject) => {
        const listen = (word: Word) => {
          if (word.kind !== kind) return;
          child.off("message", listen);
          resolve(word as never);
        };
        child.on("message", listen);
        gone.then(() => reject(new Error(`${script} ended with ${child.exitCode ?? child.signalCode} before it said "${kind}"`)));
      }),
    onWord: (listen) => void child.on("message", listen),
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
