import { type CallResult, type Json, type JsonObject, MortiseError, parseDuration, type WebhookTrigger } from "@mortise/contract";
import type { OperationRunner } from "../call.ts";
import { outcomeOf } from "../outcome/outcome-of.ts";
import type { Services } from "../services.ts";
import { asError } from "../stages/record.ts";
import { followUp, type OpenTrigger, openTrigger, type TriggerRequest } from "./open-trigger.ts";

/** Where the other system shall send events, and what it signs them with. */
export interface SubscribeRequest extends TriggerRequest {
  readonly url: string;
  /** Masked wherever the call shows. */
  readonly secret: string;
}

/** The same, and what the subscription is at the other system. */
export interface SubscribedRequest extends SubscribeRequest {
  readonly subscription: Json;
}

/** A subscription at the other system. */
export interface Subscription {
  /** What its call returned, with this connection's secrets masked; `unsubscribe` and `renew` need it. */
  readonly subscription: Json;
  /** Epoch ms when it should be renewed: a tenth of its life before its end. Absent: it does not end by itself. */
  readonly renewAtMs?: number;
}

/** What the operations of a webhook trigger are carried out with. */
export interface SubscriptionContext {
  readonly services: Services;
  readonly runner: OperationRunner;
  readonly tenant: string;
}

/** Tells the other system where to send events. A trigger that a person sets up there is `USAGE`, with what to do as its remedy. */
export function subscribe(
  context: SubscriptionContext,
  use: string,
  request: SubscribeRequest,
): Promise<CallResult<Subscription>> {
  return carryOut(context, use, "subscribe", request, null, (output, renewAtMs) => ({
    subscription: output,
    ...(renewAtMs === undefined ? {} : { renewAtMs }),
  }));
}

/** Ends a subscription. One that the other system does not know any more has ended. */
export async function unsubscribe(context: SubscriptionContext, use: string, request: SubscribedRequest): Promise<CallResult> {
  const result = await carryOut(context, use, "unsubscribe", request, request.subscription, (output) => output);
  const isGone = result.outcome !== "success" && result.error.code === "NOT_FOUND" && result.error.status !== undefined;
  return isGone ? { outcome: "success", output: null, meta: result.meta } : result;
}

/** Makes a subscription last longer. Fields that come back take the place of the subscription's. */
export function renew(context: SubscriptionContext, use: string, request: SubscribedRequest): Promise<CallResult<Subscription>> {
  const { subscription } = request;
  return carryOut(context, use, "renew", request, subscription, (output, renewAtMs) => ({
    subscription: isObject(subscription) && isObject(output) ? { ...subscription, ...output } : (output ?? subscription),
    ...(renewAtMs === undefined ? {} : { renewAtMs }),
  }));
}

async function carryOut<T>(
  { services, runner, tenant }: SubscriptionContext,
  use: string,
  part: "subscribe" | "unsubscribe" | "renew",
  request: SubscribeRequest,
  subscription: Json,
  toOutput: (output: Json, renewAtMs: number | undefined) => T,
): Promise<CallResult<T>> {
  try {
    const open = await openTrigger(services, use, request, tenant);
    const { spec, renewal } = partOf(open, use, part);
    const webhook = { url: request.url, secret: request.secret };
    const call = followUp(open, spec, { ...open.scope, webhook, ...(part === "subscribe" ? {} : { subscription }) });
    const result = await runner.call(call.use, {
      input: call.input,
      tenant,
      secrets: [request.secret],
      ...(open.connection === undefined ? {} : { connection: open.connection }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    if (result.outcome !== "success") return result;
    const ttlMs = renewal === undefined ? undefined : parseDuration(renewal.ttl);
    const renewAtMs = ttlMs === undefined ? undefined : services.clock.now() + Math.floor(ttlMs * 0.9);
    return { ...result, output: toOutput(result.output, renewAtMs) };
  } catch (thrown) {
    const { code, data } = asError(thrown);
    return { outcome: outcomeOf(code), error: data, meta: { attempts: 0, waitMs: 0, durationMs: 0 } };
  }
}

function partOf({ trigger }: OpenTrigger, use: string, part: "subscribe" | "unsubscribe" | "renew") {
  if (trigger.kind !== "webhook") throw new MortiseError("USAGE", `${use} is a ${trigger.kind} trigger and has no subscription.`);
  const webhook: WebhookTrigger = trigger;
  const spec = webhook[part];
  if (spec !== undefined) return { spec, renewal: webhook.renew };
  throw new MortiseError("USAGE", `${use} has no call to ${part}.`, {
    remedy:
      webhook.manual ?? (part === "renew" ? "Its subscriptions do not end by themselves." : "Set it up at the other system."),
  });
}

const isObject = (value: Json): value is JsonObject => value !== null && typeof value === "object" && !Array.isArray(value);
