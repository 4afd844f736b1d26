import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** A server on loopback in a process of its own: none of what it does counts for this one. */
export interface LoopbackProcess {
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts it. Node's own flags of this process are not handed on. */
export async function startLoopbackProcess(): Promise<LoopbackProcess> {
  const child = fork(join(import.meta.dirname, "loopback-server.ts"), { execArgv: [] });
  const [port] = (await once(child, "message")) as [number];
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
