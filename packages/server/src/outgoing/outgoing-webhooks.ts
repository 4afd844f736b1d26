/**
 * Tells endpoints of what happens here: signed, again and again for 72 hours, and without one endpoint that holds up another.
 *
 * Owns: when a delivery is tried, and what its answer means.
 * Does not own: storage (WebhookEndpoints, WebhookDeliveries), the way out (EndpointSender), time.
 * Talks to: WebhookDeliveries.claim and settle, EndpointSender.send.
 * Invariants:
 *   O1. A delivery is tried until it is taken, at most {@link MOST_ATTEMPTS} times; the same message has the same id each time.
 *   O2. One endpoint has at most {@link SHARE} deliveries in progress, so that a slow one takes no place of another.
 *   O3. 410 turns the endpoint off (Standard Webhooks); what was still to go there fails.
 */
import { createHash, randomUUID } from "node:crypto";
import type { JsonObject } from "@mortise/contract";
import type { Kysely } from "kysely";
import type { SecretBox } from "../connect/secret-box.ts";
import { type LoopClock, systemLoopClock } from "../lifecycle/loop-clock.ts";
import type { WayOut } from "../tokens/owner-notices.ts";
import type { EndedRun } from "../triggers/announcer.ts";
import type { TriggerTables } from "../triggers/store/trigger-tables.ts";
import { EndpointSender, type SendToEndpoint } from "./endpoint-sender.ts";
import { MOST_ATTEMPTS, retryInMs } from "./retry-schedule.ts";
import { signMessage } from "./sign-message.ts";
import { type ClaimedDelivery, WebhookDeliveries } from "./webhook-deliveries.ts";
import { type EventType, WebhookEndpoints } from "./webhook-endpoints.ts";

/** Options of {@link OutgoingWebhooks}. */
export interface OutgoingWebhooksOptions {
  readonly db: Kysely<TriggerTables>;
  readonly tenant: string;
  readonly box: SecretBox;
  readonly now: () => number;
  /** How calls of this deployment leave. */
  readonly way: WayOut;
  readonly log: (line: string) => void;
  /** Absent: posted on the deployment's way out. */
  readonly send?: SendToEndpoint;
  /** Absent: the machine's. */
  readonly clock?: LoopClock;
  /** A number in [0, 1). Absent: by chance. */
  readonly random?: () => number;
}

const SHARE = 4;
const AT_ONCE = 64;
const LOOK_MS = 5_000;
const PURGE_EVERY = 1_000;

export class OutgoingWebhooks {
  readonly endpoints: WebhookEndpoints;
  readonly deliveries: WebhookDeliveries;
  readonly #options: OutgoingWebhooksOptions;
  readonly #sender: EndpointSender | undefined;
  readonly #closing = new AbortController();
  readonly #busy = new Map<string, number>();
  readonly #inProgress = new Set<Promise<void>>();
  #wake: () => void = () => undefined;
  #running: Promise<void> | undefined;

  constructor(options: OutgoingWebhooksOptions) {
    const { db, tenant, box, now } = options;
    this.#options = options;
    this.endpoints = new WebhookEndpoints(db, tenant, box, now);
    this.deliveries = new WebhookDeliveries(db, tenant, now);
    this.#sender = options.send === undefined ? new EndpointSender(options.way, now) : undefined;
  }

  /** Delivers from now on what is due. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells all endpoints that ask for it. With the same `key`, it is told once. */
  async publish(type: EventType, data: JsonObject, key: string = randomUUID(), only?: string): Promise<number> {
    const id = `msg_${createHash("sha256").update(`${type}\n${key}`).digest("base64url").slice(0, 27)}`;
    const body = JSON.stringify({ type, timestamp: new Date(this.#options.now()).toISOString(), data });
    const count = await this.deliveries.publish(id, type, body, only);
    if (count > 0) this.#wake();
    return count;
  }

  /** Tells of a run that has ended. */
  async publishRun({ runId, workflowId, workflowName, status, error, startedAt, endedAt }: EndedRun): Promise<void> {
    if (status !== "succeeded" && status !== "failed" && status !== "cancelled") return;
    const data = {
      runId,
      workflow: { id: workflowId, name: workflowName },
      status,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
      ...(error === null ? {} : { error: { code: error.code, message: error.message } }),
    };
    await this.publish(`run.${status}`, data, runId);
  }

  /** Takes a look at once. */
  look(): void {
    this.#wake();
  }

  /** Begins every delivery that is due and has a place; returns how many. */
  async deliverDue(): Promise<number> {
    const free = AT_ONCE - this.#inProgress.size;
    if (free <= 0) return 0;
    const claimed = await this.deliveries.claim(free, SHARE, this.#busy);
    for (const delivery of claimed) {
      const { endpointId } = delivery;
      this.#busy.set(endpointId, (this.#busy.get(endpointId) ?? 0) + 1);
      const work = this.#deliver(delivery)
        .catch((error: Error) => this.#options.log(`Delivery ${delivery.id} could not be settled: ${error.message}`))
        .finally(() => {
          const left = (this.#busy.get(endpointId) ?? 1) - 1;
          if (left > 0) this.#busy.set(endpointId, left);
          else this.#busy.delete(endpointId);
          this.#inProgress.delete(work);
          this.#wake();
        });
      this.#inProgress.add(work);
    }
    return claimed.length;
  }

  /** Resolves when nothing is in progress. */
  async settled(): Promise<void> {
    while (this.#inProgress.size > 0) await Promise.all(this.#inProgress);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
    await this.#sender?.close();
    await this.settled();
  }

  async #run(): Promise<void> {
    const { clock = systemLoopClock, log } = this.#options;
    const { signal } = this.#closing;
    for (let look = 1; !signal.aborted; look++) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      try {
        const begun = await this.deliverDue();
        if (look % PURGE_EVERY === 0) await this.deliveries.purge();
        if (begun > 0) continue;
      } catch (error) {
        if (!signal.aborted) log(`Webhooks could not be delivered: ${(error as Error).message}`);
      }
      await clock.sleep(LOOK_MS, AbortSignal.any([signal, woken.signal]));
    }
  }

  async #deliver(delivery: ClaimedDelivery): Promise<void> {
    const { now, log, random = Math.random, send = this.#send } = this.#options;
    const { endpointId, messageId, url, body } = delivery;
    const startedMs = now();
    const headers = signMessage(messageId, body, await this.endpoints.secrets(endpointId), startedMs);
    const answer = await send({ url, headers, body });
    const { status, retryAfterMs } = answer;
    const error = answer.error ?? (status !== undefined && status >= 200 && status < 300 ? undefined : `It answered ${status}.`);
    const attempt = {
      atMs: startedMs,
      durationMs: Math.max(0, now() - startedMs),
      ...(status === undefined ? {} : { status }),
      ...(error === undefined ? {} : { error }),
    };
    if (error === undefined) return await this.deliveries.settle(delivery, attempt, { state: "delivered" });
    if (status === 410) {
      await this.endpoints.disable(endpointId, "It answered 410: it wants no more of this.");
      log(`The webhook endpoint ${url} answered 410 and is off.`);
      return await this.deliveries.settle(delivery, attempt, { state: "failed" });
    }
    const attempts = delivery.attempts + 1;
    const waitMs = attempts < MOST_ATTEMPTS ? retryInMs(attempts, random(), retryAfterMs) : undefined;
    if (waitMs === undefined) log(`Message ${messageId} could not be delivered to ${url} in ${attempts} attempts.`);
    await this.deliveries.settle(
      delivery,
      attempt,
      waitMs === undefined ? { state: "failed" } : { state: "waiting", atMs: now() + waitMs },
    );
  }

  readonly #send: SendToEndpoint = async (message) => (await this.#sender?.send(message)) ?? { error: "There is no way out." };
}
