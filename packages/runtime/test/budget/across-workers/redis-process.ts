import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real Redis on a socket of its own, which keeps nothing. */
export interface RedisProcess {
  /** What `redis.url` takes. */
  readonly url: string;
  /** Ends it without a word (SIGKILL): all it knew is lost. */
  kill(): Promise<void>;
  /** Stops it in its tracks (SIGSTOP): connections stay, nothing is answered. */
  freeze(): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function openRedisProcess(): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), "mortise-redis-"));
  const socket = join(folder, "redis.sock");
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const start = async (): Promise<void> => {
    const server = spawn("/usr/bin/redis-server", ["--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    child = server;
    let said = "";
    for await (const chunk of server.stdout) {
      said += String(chunk);
      if (said.includes("ready to accept connections")) break;
    }
    server.stdout.resume();
  };
  await start();
  return {
    url: socket,
    kill,
    freeze: () => void child?.kill("SIGSTOP"),
    start,
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
