import http from "@mortise/connector-http";
import type { JsonObject } from "@mortise/contract";
import { createRuntime, type Runtime, type RuntimeOptions } from "@mortise/runtime";
import type { ConnectionEvent } from "../store/connection-health-rows.ts";
import type { ConnectionHealthStore } from "../store/connection-health-store.ts";

/** Options of {@link OwnerNotices}. */
export interface OwnerNoticesOptions {
  readonly url: string;
  /** How calls of this deployment leave. */
  readonly way: WayOut;
  readonly log: (line: string) => void;
}

/** What a deployment says of calls that leave it. */
export type WayOut = Pick<RuntimeOptions, "egress" | "transport" | "proxy" | "ca">;

const AT_ONCE = 20;
/** Until a notice that could not be delivered is tried again. */
const AGAIN_MS = 60_000;

/**
 * Posts events of connections that need their owner, and what else a person must know, to an address of the deployment, on the same way out as every call.
 *
 * Owns: nothing; which events are still to be delivered is in the database.
 * Invariants:
 *   N1. An event of a connection is delivered at least once, and tried for a day; its id says whether it came before.
 *   N2. A notice holds what the API shows of the event, and never a secret.
 */
export class OwnerNotices {
  readonly #options: OwnerNoticesOptions;
  readonly #runtime: Runtime;

  constructor(options: OwnerNoticesOptions) {
    this.#options = options;
    this.#runtime = createRuntime({ connectors: [http], ...options.way });
  }

  /** Delivers what is due. */
  async deliver(health: ConnectionHealthStore): Promise<void> {
    for (const event of await health.claimEvents(AT_ONCE, AGAIN_MS)) {
      const result = await this.#runtime.call("http/post", { input: { url: this.#options.url, body: noticeOf(event) } });
      if (result.outcome === "success") await health.notified(event.id);
      else this.#options.log(`Nobody was notified of event ${event.id}: ${result.error.message}`);
    }
  }

  /** Posts something that is no event of a connection, once: whoever is not reached finds it in the log. */
  async tell(notice: JsonObject): Promise<void> {
    const result = await this.#runtime.call("http/post", { input: { url: this.#options.url, body: notice } });
    if (result.outcome !== "success") this.#options.log(`Nobody was notified of ${String(notice.type)}: ${result.error.message}`);
  }

  async close(): Promise<void> {
    await this.#runtime.close();
  }
}

function noticeOf({ id, connection, from, to, reason, atMs }: ConnectionEvent): JsonObject {
  const why = reason === undefined ? null : { code: reason.code, message: reason.message };
  return { type: "connection.needs_owner", id, connection, from, to, reason: why, at: new Date(atMs).toISOString() };
}
