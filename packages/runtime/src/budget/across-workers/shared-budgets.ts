import { createHash } from "node:crypto";
import type { OpenBank } from "../budget-book.ts";
import { openRedis, type RedisClient } from "./redis-client.ts";
import { SharedBank } from "./shared-bank.ts";
import { type BudgetStatus, type LinkOptions, WorkerLink } from "./worker-link.ts";

/** How budgets are shared with other processes. */
export interface RedisOptions extends Pick<LinkOptions, "prefix" | "leaseMs" | "assumedWorkers" | "workers"> {
  /** `redis://` or `rediss://`, with user and password where it asks for them. */
  readonly url?: string;
  /** In place of `url`: a client of ioredis. It is duplicated for news, and not closed. */
  readonly client?: RedisClient;
}

/** Budgets that several processes keep together. */
export interface SharedBudgets {
  readonly openBank: OpenBank;
  /** Passes a pause on. */
  readonly pause: (key: string, ms: number) => void;
  readonly status: () => BudgetStatus;
  readonly close: () => Promise<void>;
}

/** Joins the workers that share a Redis. Comes back at once: calls wait until it has answered or been given up, a second at most. */
export function openSharedBudgets(
  options: RedisOptions,
  ports: Pick<LinkOptions, "ticks" | "later" | "onPause" | "onMode" | "worker"> & { readonly now: () => number },
): SharedBudgets {
  const client = options.client ?? openRedis(options.url ?? "redis://127.0.0.1:6379");
  const link = new WorkerLink({ ...options, ...ports, client });
  return {
    openBank: (name) => new SharedBank(link, digestOf(name), ports.now),
    pause: (key, ms) => link.pause(key, ms),
    status: () => link.status,
    close: async () => {
      await link.close();
      if (options.client === undefined) client.disconnect();
    },
  };
}

const digestOf = (name: string): string => createHash("sha256").update(name).digest("base64url").slice(0, 27);
