import type { SandboxHost } from "../sandbox-host.ts";
import { sandboxLevel } from "../sandbox-level.ts";
import { compileEngine } from "./compile-engine.ts";
import { WorkerPool } from "./worker-pool.ts";

/** Runs guests in threads of this process: WebAssembly is the one wall. */
export async function openThreadHost(reasons: readonly string[]): Promise<SandboxHost> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  const pool = new WorkerPool({ module: await compileEngine(), onStuck: end });
  return Object.freeze({
    level: sandboxLevel("thread", reasons),
    get ended() {
      return ended;
    },
    run: pool.run.bind(pool),
    close: () => {
      end();
      return pool.close();
    },
  });
}
