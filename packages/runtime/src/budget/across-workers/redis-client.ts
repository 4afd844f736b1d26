import { createRequire } from "node:module";

/** What budgets need of Redis; a client of ioredis fits. */
export interface RedisClient {
  readonly status: string;
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  info(section: string): Promise<string>;
  zrangebyscore(key: string, from: string | number, to: string, scores: "WITHSCORES", ...limit: unknown[]): Promise<string[]>;
  subscribe(channel: string): Promise<unknown>;
  duplicate(): RedisClient;
  on(event: "ready" | "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "message", listener: (channel: string, message: string) => void): unknown;
  disconnect(): void;
}

/** Longest wait for an answer of Redis, and between two tries to reach it. */
const PATIENCE_MS = 1_000;

/** Opens a client that fails at once rather than queue, and comes back by itself. Nothing is sent before it is ready. */
export function openRedis(url: string): RedisClient {
  // Loaded here: whoever has no Redis does not pay for its client.
  const { Redis } = createRequire(import.meta.url)("ioredis") as typeof import("ioredis");
  return new Redis(url, {
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    enableOfflineQueue: false,
    retryStrategy: (times) => Math.min(PATIENCE_MS / 2, 50 * times),
  }) as unknown as RedisClient;
}
