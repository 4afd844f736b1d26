import { type Json, MortiseError } from "@mortise/contract";
import type { StreamContext, StreamDelivery, StreamListener } from "@mortise/sdk";
import { openConnection } from "../connection/open-connection.ts";
import { openSocket } from "../native/native-context.ts";
import type { Services } from "../services.ts";
import { checkedEvents } from "./checked-events.ts";
import { eventId } from "./event-id.ts";
import { openTrigger, type TriggerRequest } from "./open-trigger.ts";

/** What is listened to. */
export interface ListenRequest extends TriggerRequest {
  readonly signal: AbortSignal;
  /** What was kept with the last event that was taken. Absent or null: nothing. */
  readonly state?: Json;
  /** What the connector's code says, secrets masked. Absent: nobody hears it. */
  readonly log?: (line: string) => void;
}

/** One event, in the hands of the other system until it is acknowledged. */
export interface ListenedEvent {
  /** Undefined: it does not fit what the trigger promises, and is to be acknowledged all the same: it would not fit the next time either. */
  readonly event: Json | undefined;
  /** What a repeat of it is known by. Undefined: it is like no other. */
  readonly id: string | undefined;
  /** To be kept together with the event. Undefined: nothing is. */
  readonly state: Json | undefined;
  ack(): Promise<void>;
}

/** Listens to a stream trigger by its connector's own code. */
export async function* listen(
  services: Services,
  use: string,
  request: ListenRequest,
  tenant: string,
): AsyncGenerator<ListenedEvent> {
  const { contract, name, trigger, connection, scope } = await openTrigger(services, use, request, tenant);
  if (trigger.kind !== "stream") throw new MortiseError("USAGE", `${use} is a ${trigger.kind} trigger and is not listened to.`);
  if (!services.trustedPublishers.has(contract.publisher))
    throw new MortiseError(
      "CONNECTOR_NOT_TRUSTED",
      `${contract.name} of the publisher ${contract.publisher} runs native code, and is not trusted here.`,
    );
  const listener = services.registry.get(`${contract.name}@${contract.version}`)?.listeners?.[name];
  if (listener === undefined) throw new MortiseError("INTERNAL", `${use} has no code.`);
  const { signal, state = null, log } = request;
  const open = openConnection(contract, connection, tenant);
  const context: StreamContext = Object.freeze({
    settings: open.settings as Json,
    credential: Object.freeze(
      Object.fromEntries(Object.entries(open.credential).map(([field, secret]) => [field, secret.reveal()])),
    ),
    signal,
    state,
    connect: (target: Parameters<StreamContext["connect"]>[0]) =>
      openSocket(services, { contract, granted: open.granted }, target, signal),
    log: (level: "info" | "warn", message: string) => log?.(`${level}: ${open.redactor.text(message)}`),
  });
  const deliveries = (listener as unknown as StreamListener)(scope.input, context) as AsyncIterable<StreamDelivery<Json>>;
  for await (const delivery of deliveries) {
    const { events, invalid } = checkedEvents(trigger.output, contract.schemas, [{ event: delivery.event }]);
    if (invalid.length > 0) services.metrics.drift({ connector: contract.name, operation: name });
    const [event] = events;
    const identified = event !== undefined && trigger.identity.length > 0 ? eventId(trigger, event) : undefined;
    yield { event, id: delivery.id ?? identified, state: delivery.state, ack: async () => await delivery.ack?.() };
  }
}
