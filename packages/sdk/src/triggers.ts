import type { JsonSchemaObject, Trigger, WebhookTrigger } from "@mortise/contract";
import type { Static, TObject, TSchema } from "typebox";
import type { RecordedCall, Unshaped } from "./operation.ts";
import { closedSchema, plainSchema } from "./plain-schema.ts";
import { type Recording, record, type ScopeSchemas } from "./record.ts";

/** What an author says of every trigger. */
export interface TriggerSpec<Input extends TObject, Output extends TSchema, Settings extends TObject> {
  readonly title: string;
  readonly description?: string;
  /** Absent: none. */
  readonly scopes?: readonly string[];
  /** The connector's settings schema, where the trigger uses settings. */
  readonly settings?: Settings;
  /** What a workflow configures it with. Takes no other keys than those named, unless it says `additionalProperties`. */
  readonly input: Input;
  /** One event. */
  readonly output: Output;
  /** JSON pointers into one event. Absent: an event is identified by all that it is. */
  readonly identity?: readonly string[];
  readonly lifecycle?: Trigger["lifecycle"];
  readonly deprecated?: string;
  readonly examples?: readonly { readonly title?: string; readonly input: Static<Input>; readonly output: Static<Output> }[];
}

/** What a trigger is configured with. */
interface ConfiguredScope<Input, Settings> {
  readonly input: Input;
  readonly settings: Settings;
}

/** A trigger that asks again and again. */
export interface PollSpec<Input extends TObject, Output extends TSchema, Settings extends TObject>
  extends TriggerSpec<Input, Output, Settings> {
  /** A read operation with `stream`; its items are the events. */
  readonly source: RecordedCall<ConfiguredScope<Static<Input>, Static<Settings>>>;
  /** Absent: `"5m"`. */
  readonly every?: string;
  /** What the first poll gives. Absent: `skip`, nothing. */
  readonly firstRun?: "skip" | "latest" | "all";
  /** The event, from an item of the source. Absent: the item. */
  readonly event?: Recording<ConfiguredScope<Static<Input>, Static<Settings>> & { readonly item: Unshaped }>;
}

/** Describes a trigger that is polled. */
export function pollTrigger<
  const Input extends TObject,
  const Output extends TSchema,
  const Settings extends TObject = TObject<Record<never, never>>,
>(spec: PollSpec<Input, Output, Settings>): Trigger {
  const { common, scope } = commonOf(spec);
  return Object.freeze({
    kind: "poll",
    ...common,
    source: recorded(spec.source, scope),
    ...(spec.every === undefined ? {} : { every: spec.every }),
    firstRun: spec.firstRun ?? "skip",
    ...(spec.event === undefined ? {} : { event: record(spec.event, { ...scope, item: true }) }),
    examples: examplesOf(spec),
  });
}

/** What the calls that make a subscription see. */
interface SubscribeScope<Input, Settings> extends ConfiguredScope<Input, Settings> {
  readonly webhook: { readonly url: string; readonly secret: string };
}

/** What the calls on a subscription see. */
interface SubscribedScope<Input, Settings> extends SubscribeScope<Input, Settings> {
  readonly subscription: Unshaped;
}

/** What a delivery is made of. */
interface DeliveryScope {
  readonly headers: Unshaped;
  readonly query: Unshaped;
  readonly body: Unshaped;
}

/** A trigger that the other system calls. */
export interface WebhookSpec<Input extends TObject, Output extends TSchema, Settings extends TObject>
  extends TriggerSpec<Input, Output, Settings> {
  readonly subscribe?: RecordedCall<SubscribeScope<Static<Input>, Static<Settings>>>;
  readonly unsubscribe?: RecordedCall<SubscribedScope<Static<Input>, Static<Settings>>>;
  readonly renew?: RecordedCall<SubscribedScope<Static<Input>, Static<Settings>>> & { readonly ttl: string };
  /** Where the vendor has no call for it: what a person does there. */
  readonly manual?: string;
  readonly signature: WebhookTrigger["signature"];
  /** CEL over `headers`, `query` and `body`. Absent: every delivery is an event. */
  readonly when?: string;
  /** The event in a delivery, or a list of them. Absent: the body. */
  readonly event?: Recording<DeliveryScope>;
  readonly challenge?: {
    readonly when: string;
    readonly body: Recording<DeliveryScope & { readonly webhook: { readonly secret: string } }>;
    readonly contentType?: string;
  };
}

/** Describes a trigger that is told of events. */
export function webhookTrigger<
  const Input extends TObject,
  const Output extends TSchema,
  const Settings extends TObject = TObject<Record<never, never>>,
>(spec: WebhookSpec<Input, Output, Settings>): Trigger {
  const { common, scope } = commonOf(spec);
  const { subscribe, unsubscribe, renew, manual, signature, when, event, challenge } = spec;
  const subscribing = { ...scope, webhook: true };
  const subscribed = { ...subscribing, subscription: true };
  const delivery = { headers: true, query: true, body: true };
  return Object.freeze({
    kind: "webhook",
    ...common,
    ...(subscribe === undefined ? {} : { subscribe: recorded(subscribe, subscribing) }),
    ...(unsubscribe === undefined ? {} : { unsubscribe: recorded(unsubscribe, subscribed) }),
    ...(manual === undefined ? {} : { manual }),
    ...(renew === undefined ? {} : { renew: { ...recorded(renew, subscribed), ttl: renew.ttl } }),
    signature,
    ...(when === undefined ? {} : { when }),
    ...(event === undefined ? {} : { event: record(event, delivery) }),
    ...(challenge === undefined
      ? {}
      : { challenge: { ...challenge, body: record(challenge.body, { ...delivery, webhook: true }) } }),
    examples: examplesOf(spec),
  });
}

/** What the contract says of any trigger, from what its author says. */
export function commonOf<Input extends TObject, Output extends TSchema, Settings extends TObject>(
  spec: TriggerSpec<Input, Output, Settings>,
) {
  const { title, description, scopes = [], identity = [], lifecycle, deprecated } = spec;
  const input: JsonSchemaObject = closedSchema(spec.input);
  const settings = spec.settings === undefined ? false : closedSchema(spec.settings);
  const common = {
    title,
    ...(description === undefined ? {} : { description }),
    scopes,
    input,
    output: plainSchema(spec.output),
    identity,
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(deprecated === undefined ? {} : { deprecated }),
  };
  return { common, scope: { input, settings } satisfies ScopeSchemas };
}

function recorded<Scope>({ operation, with: recording }: RecordedCall<Scope>, scope: ScopeSchemas) {
  return { operation, with: record(recording, scope) };
}

/** Examples as the contract holds them. */
export function examplesOf({ examples = [] }: { readonly examples?: readonly object[] }): Trigger["examples"] {
  return examples as Trigger["examples"];
}
