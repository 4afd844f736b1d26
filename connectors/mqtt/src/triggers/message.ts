import { type Json, type Static, type StreamContext, type StreamDelivery, streamTrigger, t } from "@mortise/sdk";
import { brokerError } from "../session/broker-error.ts";
import { openSession } from "../session/open-session.ts";
import { type MqttSettings, mqttSettings } from "../settings.ts";

const input = t.Object({
  topic: t.String({
    title: "Topic",
    description: "May hold + for one level and # at the end for all that follow.",
    minLength: 1,
    maxLength: 1_000,
    "x-order": 1,
    "x-placeholder": "plant/+/orders",
  }),
  clientId: t.Optional(
    t.String({
      title: "Client ID",
      description: "With one the broker keeps messages while nobody listens; no other client may use it. Absent: it keeps none.",
      pattern: "^[A-Za-z0-9_-]{1,64}$",
      "x-help": "up to 64 letters, digits, - and _",
      "x-no-options": "It is a name of one's own; a broker lists no clients.",
      "x-order": 2,
    }),
  ),
  id: t.Optional(
    t.String({
      title: "Message ID",
      description: "JSON pointer into the payload; messages with one id start one run. Absent: each message is one of its own.",
      pattern: "^(/[^/]*)+$",
      "x-help": "a JSON pointer such as /id",
      "x-placeholder": "/id",
      "x-no-options": "It is a place in payloads that nobody has described.",
      "x-order": 3,
    }),
  ),
});

const output = t.Object({
  topic: t.String(),
  payload: t.Unknown({ description: "JSON as what it says, other text as text." }),
  retained: t.Boolean({ description: "The broker had it before anybody listened." }),
});

type Message = Static<typeof output>;

/** Messages of a topic, with quality of service 1: the broker is told that it was taken once it is safe. */
export const message = streamTrigger({
  title: "Message",
  description: "A message is published on a topic.",
  settings: mqttSettings,
  input,
  output,
  reason: "Holds a session with the broker open.",
  uses: ["network"],
  listen,
  examples: [
    {
      input: { topic: "plant/+/orders" },
      output: { topic: "plant/line-1/orders", payload: { order: 17 }, retained: false },
    },
  ],
});

async function* listen(
  { topic, clientId, id }: Static<typeof input>,
  ctx: StreamContext<MqttSettings>,
): AsyncGenerator<StreamDelivery<Message>> {
  const client = await openSession(ctx, clientId === undefined ? {} : { clientId });
  const waiting: StreamDelivery<Message>[] = [];
  let wake: () => void = () => undefined;
  let isOver = false;
  // The next packet is read when this one was acknowledged, so that no more than one waits here.
  client.handleMessage = (packet, done) => {
    const payload = payloadOf(packet.payload);
    const name = id === undefined ? undefined : valueAt(payload, id);
    waiting.push({
      event: { topic: packet.topic, payload, retained: packet.retain },
      ...(name === undefined || name === null ? {} : { id: typeof name === "string" ? name : JSON.stringify(name) }),
      ack: () => done(),
    });
    wake();
  };
  client.on("close", () => {
    isOver = true;
    wake();
  });
  // Not waited for: messages that the broker has kept come before its answer, which is read when they are acknowledged.
  let refusal: unknown;
  client.subscribeAsync(topic, { qos: 1 }).catch((error: unknown) => {
    refusal = brokerError(error);
    isOver = true;
    wake();
  });
  try {
    while (!isOver && !ctx.signal.aborted) {
      const next = waiting.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    if (refusal !== undefined && !ctx.signal.aborted) throw refusal;
  } finally {
    client.end(true);
  }
}

function payloadOf(bytes: Buffer | string): Json {
  const text = bytes.toString();
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** What a JSON pointer points at (RFC 6901). */
function valueAt(value: Json, pointer: string): Json | undefined {
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<Json | undefined>(
      (at, key) =>
        typeof at === "object" && at !== null && Object.hasOwn(at, key)
          ? (at as { readonly [key: string]: Json })[key]
          : undefined,
      value,
    );
}
