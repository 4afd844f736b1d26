import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** One way of making a call in a process of its own: it pays for its own garbage and for nobody else's. */
export class WayProcess {
  readonly name: string;
  readonly #child: ChildProcess;

  /** @param origin Where the calls go. @param receiver Where telemetry goes. */
  constructor(name: string, origin: string, receiver: string) {
    this.name = name;
    this.#child = fork(join(import.meta.dirname, "governed-way.ts"), [name, origin, receiver]);
  }

  /** CPU time of that process for one call, µs. Rejects where it ends instead. */
  measure(atOnce: number, calls: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error(`${this.name} ended`));
      this.#child.once("exit", ended);
      this.#child.once("message", (taken: number) => {
        this.#child.off("exit", ended);
        resolve(taken);
      });
      this.#child.send({ atOnce, calls });
    });
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }
}
