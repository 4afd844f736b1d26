import {
  type Budget,
  deliveryClass,
  type Effect,
  type Idempotency,
  type Operation,
  type RetrySpec,
  type Value,
} from "@mortise/contract";
import { code } from "./prose.ts";
import { durationWords, spanWords, valueWords } from "./span-words.ts";

const EFFECTS: { readonly [effect in Effect]: string } = {
  read: "reads, changes nothing",
  create: "creates something",
  update: "changes something",
  delete: "deletes something",
  send: "sends something",
  execute: "runs something",
};

/** What an operation does to the other system. */
export const effectWords = (effect: Effect): string => EFFECTS[effect];

/** Whether a repeat is safe, in two or three words. */
export function repeatWords(idempotency: Idempotency): string {
  if (idempotency === "natural") return "safe";
  return idempotency === "none" ? "never by itself" : "safe with a key";
}

/** The same as a sentence. */
export function repeatSentence(idempotency: Idempotency): string {
  if (idempotency === "natural") return "Safe: doing it twice leaves the same state as doing it once.";
  if (idempotency === "none")
    return "Not safe: doing it twice may do it twice, so a call whose answer got lost is reported as unknown and never sent again.";
  const remembered = spanWords(idempotency.windowMs ?? 86_400_000);
  if (idempotency.key === "native")
    return `Safe: a repeat carries the same key, which the other side remembers for ${remembered}.`;
  const name = idempotency.name === undefined ? "" : ` ${nameWords(idempotency.name)}`;
  return `Safe: a repeat carries the same key in the ${idempotency.key}${name}, which the other side remembers for ${remembered}.`;
}

function nameWords(name: Value): string {
  return typeof name === "string" ? code(name) : valueWords(name);
}

/** What a crash between the effect and its record may do, by the name of the class. */
export function deliveryWords(operation: Operation): string {
  const found = deliveryClass(operation);
  return found.kind === "keyed" ? `${code("keyed")} for ${spanWords(found.windowMs)}` : code(found.kind);
}

/** A rate or concurrency limit, without its name. */
export function budgetWords(budget: Budget): string {
  const per = budget.per ?? "1s";
  const window = typeof per === "string" ? durationWords(per, "") : valueWords({ ...per });
  const limits = [
    ...(budget.rate === undefined ? [] : [`${numberWords(budget.rate)} calls per ${window}`]),
    ...(budget.concurrency === undefined ? [] : [`${numberWords(budget.concurrency)} at once`]),
  ];
  const told = [
    ...(budget.reset?.header === undefined ? [] : [`header ${code(budget.reset.header)}`]),
    ...(budget.reset?.body === undefined ? [] : [`${code(budget.reset.body)} in the body`]),
  ];
  const listens = told.length === 0 ? "" : `; answers tell when a new window starts (${told.join(", ")})`;
  return `${limits.join(", ") || "no limit of its own"}, for each ${budget.scope}${listens}`;
}

function numberWords(value: NonNullable<Budget["rate"]>): string {
  return typeof value === "number" ? value.toLocaleString("en-US") : valueWords({ ...value });
}

/** How often and how long a call is tried, as sentences. */
export function retrySentence(operation: Operation): string {
  const attempts = operation.maxAttempts ?? 3;
  const repeatable = operation.idempotency !== "none";
  const tries =
    attempts === 1
      ? "Tried once."
      : repeatable
        ? `Tried up to ${attempts} times when the other side is unwell or asks to wait${backoffWords(operation.retry)}.`
        : `Tried again only where nothing was sent, up to ${attempts} times.`;
  const one = spanWords(operation.attemptTimeoutMs ?? 30_000);
  const whole = operation.operationTimeoutMs;
  return `${tries} One attempt may take ${one}${whole === undefined ? "" : `, the whole call ${spanWords(whole)}`}.`;
}

function backoffWords(retry: RetrySpec | undefined): string {
  if (retry === undefined) return "";
  const first = durationWords(retry.initial);
  if (retry.backoff === "constant") return `, ${first} apart`;
  return `, after ${first}, then ${retry.factor ?? 2} times longer each time, at most ${durationWords(retry.max ?? "30s")}`;
}
