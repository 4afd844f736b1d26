/**
 * Delivers events to the addresses that were registered for them, signed as the contract says.
 *
 * Owns: subscriptions, deliveries that are on their way, a list of the last 1,000.
 * Does not own: time (SimulatorClock); what an event looks like on the wire (deliveryOf).
 * Talks to: the registered addresses, on this machine only.
 * Invariants:
 *   W1. A delivery goes to loopback addresses only.
 *   W2. A duplicate has the id, the body and, as vendors do it, a signature of its own time of sending.
 *   W3. After `close` nothing is sent.
 */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { request } from "node:http";
import {
  type Contract,
  getPointer,
  type Json,
  type JsonObject,
  MortiseError,
  type Trigger,
  type WebhookTrigger,
} from "@mortise/contract";
import { createRandom } from "@mortise/contract/samples";
import { invertValue, isObject } from "../invert-value.ts";
import { latencyOf } from "../scenarios/latency-of.ts";
import type { WebhookBehaviour } from "../scenarios/scenario.ts";
import type { SimulatorClock } from "../time/simulator-clock.ts";
import { deliveryOf, sampleEvent } from "./delivery-of.ts";
import { signDelivery } from "./sign-delivery.ts";

/** Where events of a trigger go. */
export interface SimulatedSubscription {
  /** Its number, as text. */
  readonly id: string;
  readonly trigger: string;
  readonly url: string;
  readonly secret: string;
}

/** One event sent to one address, or what became of that. */
export interface SimulatedDelivery {
  readonly id: string;
  readonly trigger: string;
  readonly url: string;
  readonly event: Json;
  readonly atMs: number;
  /** The receiver's status; 0: it could not be reached. Absent: it was lost on purpose. */
  readonly status?: number;
  /** What was wrong with it on purpose. */
  readonly fault?: "lost" | "duplicate" | "late" | "forged" | "shuffled";
}

/** Webhooks of a running simulator. */
export interface SimulatedWebhooks {
  readonly subscriptions: readonly SimulatedSubscription[];
  /** The last 1,000, in the order in which they were sent. */
  readonly deliveries: readonly SimulatedDelivery[];
  /** The vendor's public key of `ed25519` signatures, as PEM (RFC 8410). */
  readonly publicKey: string;
  /** Registers an address by hand. Throws `UNKNOWN_REFERENCE` for no webhook trigger, `INVALID_VALUE` for an address of another machine. */
  register(trigger: string, target: { readonly url: string; readonly secret: string }): SimulatedSubscription;
  /**
   * Sends an event to every address of its trigger; absent: a sample, with what is given of its fields. Resolves when those that are not late
   * were sent. Throws `UNKNOWN_REFERENCE`, and `NOT_EXPRESSIBLE` where the contract's expressions cannot be read backwards.
   */
  emit(trigger: string, fields?: JsonObject): Promise<readonly SimulatedDelivery[]>;
  /** Sends what waits for others to be shuffled with. */
  flush(): Promise<void>;
}

interface Outgoing {
  readonly id: string;
  readonly subscription: SimulatedSubscription;
  readonly trigger: Extract<Trigger, WebhookTrigger>;
  readonly event: Json;
  readonly fault?: SimulatedDelivery["fault"];
}

const MOST_DELIVERIES = 1_000;
const MOST_SUBSCRIPTIONS = 1_000;
const TIMEOUT_MS = 10_000;

export class WebhookBook implements SimulatedWebhooks {
  readonly #contract: Contract;
  readonly #seed: string;
  readonly #clock: SimulatorClock;
  readonly #behaviour: () => WebhookBehaviour;
  readonly #subscriptions = new Map<string, SimulatedSubscription>();
  /** What the calls that subscribed were answered. */
  readonly #outputs = new Map<string, JsonObject>();
  readonly #deliveries: SimulatedDelivery[] = [];
  readonly #closed = new AbortController();
  readonly #late = new Set<Promise<void>>();
  #gathered: Outgoing[] = [];
  #keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined;
  #count = 0;

  constructor(contract: Contract, seed: string, clock: SimulatorClock, behaviour: () => WebhookBehaviour | undefined) {
    this.#contract = contract;
    this.#seed = seed;
    this.#clock = clock;
    this.#behaviour = () => behaviour() ?? {};
  }

  get subscriptions(): readonly SimulatedSubscription[] {
    return [...this.#subscriptions.values()];
  }

  get deliveries(): readonly SimulatedDelivery[] {
    return this.#deliveries;
  }

  get publicKey(): string {
    return this.#pair().publicKey.export({ type: "spki", format: "pem" }).toString();
  }

  register(trigger: string, { url, secret }: { readonly url: string; readonly secret: string }): SimulatedSubscription {
    this.#trigger(trigger);
    if (!isLoopback(url))
      throw new MortiseError("INVALID_VALUE", `The simulator delivers on this machine only, and ${url} is elsewhere.`);
    this.#count += 1;
    const subscription = Object.freeze({ id: String(this.#count), trigger, url, secret });
    this.#subscriptions.set(subscription.id, subscription);
    if (this.#subscriptions.size > MOST_SUBSCRIPTIONS) this.#subscriptions.delete([...this.#subscriptions.keys()][0] ?? "");
    return subscription;
  }

  /** Takes note of a call that subscribes or unsubscribes, by the contract's triggers. */
  noteCall(operation: string, input: Json, output: Json | undefined): void {
    for (const [name, trigger] of Object.entries(this.#contract.triggers ?? {})) {
      if (trigger.kind !== "webhook") continue;
      if (trigger.subscribe?.operation === operation) this.#subscribed(name, trigger, input, output);
      if (trigger.unsubscribe?.operation === operation) this.#unsubscribed(name, trigger, input);
    }
  }

  async emit(trigger: string, fields: JsonObject = {}): Promise<readonly SimulatedDelivery[]> {
    const spec = this.#trigger(trigger);
    this.#count += 1;
    const id = `simulated-${this.#count}`;
    const event = sampleEvent(this.#contract, spec, `${this.#seed} ${id}`, fields);
    if (event === undefined || deliveryOf(spec, event) === undefined)
      throw new MortiseError("NOT_EXPRESSIBLE", `No delivery of ${trigger} can be made: its event cannot be read backwards.`);
    const targets = this.subscriptions.filter((each) => each.trigger === trigger);
    const before = this.#deliveries.length;
    for (const subscription of targets) await this.#plan({ id, subscription, trigger: spec, event });
    return this.#deliveries.slice(before);
  }

  async flush(): Promise<void> {
    const gathered = this.#gathered;
    this.#gathered = [];
    const shuffled = createRandom(`${this.#seed} shuffle ${this.#count}`).shuffled(gathered);
    for (const each of shuffled) await this.#send({ ...each, fault: each.fault ?? "shuffled" });
  }

  reset(): void {
    this.#subscriptions.clear();
    this.#gathered = [];
    this.#deliveries.length = 0;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.all(this.#late);
  }

  /** What the scenario makes of a delivery. */
  async #plan(outgoing: Outgoing): Promise<void> {
    const { lost = 0, duplicate = 0, late, forged = 0, shuffle } = this.#behaviour();
    const random = createRandom(`${this.#seed} delivery ${outgoing.id} ${outgoing.subscription.id}`);
    if (random.chance(lost)) return this.#note({ ...outgoing, fault: "lost" }, undefined);
    const sent: Outgoing = random.chance(forged) ? { ...outgoing, fault: "forged" } : outgoing;
    if (late !== undefined && random.chance(late.rate)) {
      const waiting = this.#after(latencyOf(late.by, random), { ...sent, fault: sent.fault ?? "late" });
      this.#late.add(waiting);
      void waiting.finally(() => this.#late.delete(waiting));
    } else if (shuffle !== undefined) {
      this.#gathered.push(sent);
      if (this.#gathered.length >= shuffle) await this.flush();
    } else await this.#send(sent);
    if (random.chance(duplicate)) await this.#send({ ...sent, fault: sent.fault ?? "duplicate" });
  }

  async #after(ms: number, outgoing: Outgoing): Promise<void> {
    try {
      await this.#clock.sleep(ms, this.#closed.signal);
      await this.#send(outgoing);
    } catch {
      // The simulator was closed meanwhile.
    }
  }

  async #send(outgoing: Outgoing): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const { subscription, trigger, event, id, fault } = outgoing;
    const content = deliveryOf(trigger, event);
    if (content === undefined) return;
    const body = JSON.stringify(content.body);
    const signing = {
      secret: fault === "forged" ? `forged-${subscription.secret}` : subscription.secret,
      privateKey: fault === "forged" ? generateKeyPairSync("ed25519").privateKey : this.#pair().privateKey,
      body,
      url: subscription.url,
      id,
      nowMs: this.#clock.now(),
    };
    const signed = "none" in trigger.signature ? {} : signDelivery(trigger.signature, signing);
    const headers = { "content-type": "application/json", ...content.headers, ...signed };
    this.#note(outgoing, await post(subscription.url, headers, body, this.#closed.signal));
  }

  #note({ id, subscription, event, fault }: Outgoing, status: number | undefined): void {
    const { trigger, url } = subscription;
    const noted = { id, trigger, url, event, atMs: this.#clock.now() };
    this.#deliveries.push({ ...noted, ...(status === undefined ? {} : { status }), ...(fault === undefined ? {} : { fault }) });
    if (this.#deliveries.length > MOST_DELIVERIES) this.#deliveries.shift();
  }

  #subscribed(name: string, { subscribe }: WebhookTrigger, input: Json, output: Json | undefined): void {
    const told =
      subscribe === undefined
        ? []
        : invertValue(subscribe.with)
            .solve(input)
            .filter(({ root }) => root === "webhook");
    const [url, secret = ""] = ["url", "secret"].map((field) => told.find(({ path }) => path[0] === field)?.value);
    if (typeof url !== "string" || !isLoopback(url)) return;
    const { id } = this.register(name, { url, secret: typeof secret === "string" ? secret : "" });
    if (isObject(output)) this.#outputs.set(id, output);
  }

  /** Ends the subscriptions whose output the call names; a call that names none ends those of its trigger. */
  #unsubscribed(name: string, { unsubscribe }: WebhookTrigger, input: Json): void {
    const named = unsubscribe === undefined ? [] : invertValue(unsubscribe.with).solve(input);
    const wanted = named.filter(({ root }) => root === "subscription");
    for (const { id } of this.subscriptions.filter((each) => each.trigger === name)) {
      const output = this.#outputs.get(id);
      const isMeant = wanted.every(({ path, value }) => String(getPointer(output, `/${path.join("/")}`)) === String(value));
      if (!isMeant) continue;
      this.#subscriptions.delete(id);
      this.#outputs.delete(id);
    }
  }

  #trigger(name: string): Extract<Trigger, WebhookTrigger> {
    const { triggers = {} } = this.#contract;
    const found = Object.hasOwn(triggers, name) ? triggers[name] : undefined;
    if (found?.kind === "webhook") return found;
    throw new MortiseError("UNKNOWN_REFERENCE", `${this.#contract.name} has no webhook trigger "${name}".`);
  }

  #pair() {
    this.#keys ??= generateKeyPairSync("ed25519");
    return this.#keys;
  }
}

function isLoopback(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === "http:" && /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(parsed.hostname);
}

/** The status of the answer; 0 where none came. */
function post(url: string, headers: { readonly [name: string]: string }, body: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { method: "POST", headers, signal, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      response.once("close", () => resolve(response.statusCode ?? 0));
    });
    sent.once("timeout", () => sent.destroy());
    sent.once("error", () => resolve(0));
    sent.end(body);
  });
}
