import { type CompiledExpression, type CompiledValue, compileExpression, compileValue, type Scope } from "@mortise/builders";
import { type Contract, type Json, parseExactJson, type Trigger, type WebhookTrigger } from "@mortise/contract";
import { type CheckedEvents, checkedEvents, eventFrom, type FoundEvent } from "./checked-events.ts";
import { type DeliveryMark, lowerCase, type UnverifiedDelivery, verifyDelivery } from "./verify-delivery.ts";

/** A request to a webhook's address. */
export interface WebhookDelivery extends UnverifiedDelivery {
  readonly query: { readonly [name: string]: string };
  /** Whether a delivery of that id was taken before. Absent: repeats within the tolerance are not noticed here. */
  readonly isKnown?: (id: string) => boolean;
  /** The contract's shared schemas. Absent: none. */
  readonly schemas?: Contract["schemas"];
}

/** What a delivery came to. */
export type WebhookResult =
  | (CheckedEvents & { readonly kind: "events"; readonly delivery: DeliveryMark })
  | { readonly kind: "challenge"; readonly answer: ChallengeAnswer }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "ignored"; readonly reason: string };

/** What to send back, with status 200. */
export interface ChallengeAnswer {
  readonly body: string;
  readonly contentType: string;
}

/**
 * Takes in one delivery, without touching anything: a check of the address is answered, a wrong signature, an old or a repeated delivery
 * is turned away, and the events in it are checked against `output`.
 */
export function receiveWebhook(trigger: Extract<Trigger, WebhookTrigger>, delivery: WebhookDelivery): WebhookResult {
  const compiled = compile(trigger);
  const headers = lowerCase(delivery.headers);
  const rawBody = typeof delivery.rawBody === "string" ? Buffer.from(delivery.rawBody, "utf8") : Buffer.from(delivery.rawBody);
  const secrets = [delivery.secret].flat();
  const scope = { headers, query: delivery.query, body: bodyOf(headers["content-type"], rawBody) };

  const signature = "none" in trigger.signature ? undefined : trigger.signature;
  const proof = verifyDelivery(signature, delivery);

  const answer = compiled.challenge?.({ ...scope, webhook: { secret: secrets[0] ?? "" } });
  const isSigned = signature !== undefined && headers[signature.header.toLowerCase()] !== undefined;
  if (answer !== undefined && !(isSigned && proof.refused !== undefined)) return { kind: "challenge", answer };
  if (proof.refused !== undefined) return { kind: "refused", reason: proof.refused };

  const { mark } = proof;
  if (mark.ids.some((id) => delivery.isKnown?.(id) === true)) return { kind: "ignored", reason: "It was delivered before." };
  if (!compiled.isWanted(scope)) return { kind: "ignored", reason: "It is no event of this trigger." };
  const found = compiled.events(scope);
  return { kind: "events", ...checkedEvents(trigger.output, delivery.schemas, found), delivery: mark };
}

interface CompiledWebhook {
  readonly isWanted: (scope: Scope) => boolean;
  readonly events: (scope: Scope) => readonly FoundEvent[];
  readonly challenge: ((scope: Scope) => ChallengeAnswer | undefined) | undefined;
}

const compiledOnce = new WeakMap<WebhookTrigger, CompiledWebhook>();

function compile(trigger: WebhookTrigger): CompiledWebhook {
  const known = compiledOnce.get(trigger);
  if (known !== undefined) return known;
  const when = trigger.when === undefined ? undefined : compileExpression(trigger.when);
  const event = trigger.event === undefined ? undefined : compileValue(trigger.event);
  const fresh = Object.freeze({
    isWanted: (scope: Scope) => when === undefined || holds(when, scope),
    events: (scope: Scope) => {
      const body = (scope.body ?? null) as Json;
      const found = event === undefined ? { event: body } : eventFrom(body, () => event.evaluate(scope));
      if (found.failure !== undefined) return [found];
      return found.event === null ? [] : isList(found.event) ? found.event.map((each) => ({ event: each })) : [found];
    },
    challenge: trigger.challenge === undefined ? undefined : compileChallenge(trigger.challenge),
  });
  compiledOnce.set(trigger, fresh);
  return fresh;
}

function compileChallenge({ when, body, contentType }: NonNullable<WebhookTrigger["challenge"]>) {
  const condition = compileExpression(when);
  const value: CompiledValue = compileValue(body);
  return (scope: Scope): ChallengeAnswer | undefined => {
    if (!holds(condition, scope)) return undefined;
    const { event: content, failure } = eventFrom(null, () => value.evaluate(scope));
    if (failure !== undefined) return undefined;
    if (typeof content === "string") return { body: content, contentType: contentType ?? "text/plain; charset=utf-8" };
    return { body: JSON.stringify(content), contentType: contentType ?? "application/json" };
  };
}

/** An expression that fails on this delivery (a field is absent) does not hold. */
function holds(expression: CompiledExpression, scope: Scope): boolean {
  try {
    return expression.evaluate(scope) === true;
  } catch {
    return false;
  }
}

/** A form as an object, JSON as what it says, anything else as text. */
function bodyOf(contentType: string | undefined, rawBody: Buffer): Json {
  const text = rawBody.toString("utf8");
  if (text === "") return null;
  if (contentType?.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
