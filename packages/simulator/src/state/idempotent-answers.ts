/**
 * Answers repeats that carry the same idempotency key with what the first one was answered.
 *
 * Owns: the keys, a digest of what each came with, the answers.
 * Does not own: time (SimulatorClock).
 * Invariants:
 *   K1. The same key with the same request is carried out once, inside of the vendor's window.
 *   K2. The same key with another request is refused.
 *   K3. Failures of the vendor and refusals of a credential are not remembered.
 */
import { createHash } from "node:crypto";
import { compileValue } from "@mortise/builders";
import { getPointer, type Idempotency, type JsonObject } from "@mortise/contract";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { SimulatorClock } from "../time/simulator-clock.ts";
import { type WireRequest, wireBody } from "../wire-request.ts";

interface Remembered {
  readonly digest: string;
  readonly answer: SimulatedAnswer;
  readonly untilMs: number;
}

const DAY_MS = 86_400_000;
const MOST_KEYS = 10_000;

export class IdempotentAnswers {
  readonly #clock: SimulatorClock;
  readonly #kept = new Map<string, Remembered>();

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  /** The answer that a request had before, or `other`: the key came with another request. Undefined: it is new. */
  find(operation: string, key: string, request: WireRequest): SimulatedAnswer | "other" | undefined {
    const found = this.#kept.get(`${operation} ${key}`);
    if (found === undefined || found.untilMs <= this.#clock.now()) return undefined;
    if (found.digest !== digestOf(request)) return "other";
    return { ...found.answer, headers: { ...found.answer.headers, "idempotency-replayed": "true" } };
  }

  keep(operation: string, key: string, request: WireRequest, answer: SimulatedAnswer, windowMs = DAY_MS): void {
    if (answer.status >= 500 || [401, 403, 429].includes(answer.status)) return;
    this.#kept.set(`${operation} ${key}`, { digest: digestOf(request), answer, untilMs: this.#clock.now() + windowMs });
    if (this.#kept.size > MOST_KEYS) this.#kept.delete([...this.#kept.keys()][0] ?? "");
  }

  reset(): void {
    this.#kept.clear();
  }
}

/** The key of a request. Undefined: the operation has none, or the request does not. */
export function idempotencyKeyOf(
  idempotency: Idempotency,
  request: WireRequest,
  scope: { readonly input: JsonObject; readonly settings: JsonObject },
): string | undefined {
  if (typeof idempotency === "string" || idempotency.key === "native" || idempotency.name === undefined) return undefined;
  const name = nameOf(idempotency.name, scope);
  if (name === undefined) return undefined;
  if (idempotency.key === "header") return request.headers[name.toLowerCase()];
  if (idempotency.key === "query") return request.query.get(name) ?? undefined;
  const found = getPointer(wireBody(request).data, name.startsWith("/") ? name : `/${name}`);
  return typeof found === "string" ? found : undefined;
}

function nameOf(name: Parameters<typeof compileValue>[0], scope: { readonly [name: string]: JsonObject }): string | undefined {
  try {
    const found = typeof name === "string" ? name : compileValue(name).evaluate(scope);
    return typeof found === "string" && found !== "" ? found : undefined;
  } catch {
    return undefined;
  }
}

const digestOf = ({ method, target, body }: WireRequest): string =>
  createHash("sha256").update(`${method} ${target}\n`).update(body).digest("base64url");
