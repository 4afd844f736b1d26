import { MortiseError, type NativeContext, native, operation, type Static, t } from "@mortise/sdk";
import { outcomes } from "../outcomes.ts";
import { brokerError } from "../session/broker-error.ts";
import { openSession } from "../session/open-session.ts";
import { type MqttSettings, mqttSettings } from "../settings.ts";

const input = t.Object({
  topic: t.String({
    title: "Topic",
    description: "A name without wildcards.",
    minLength: 1,
    maxLength: 1_000,
    pattern: "^[^+#\\u0000]+$",
    "x-help": "a topic without + and #",
    "x-order": 1,
    "x-placeholder": "plant/line-1/orders",
  }),
  payload: t.Unknown({ title: "Payload", description: "A text is sent as it is, everything else as JSON.", "x-order": 2 }),
  qos: t.Optional(
    t.Union([t.Literal(0), t.Literal(1), t.Literal(2)], {
      title: "Quality of service",
      description: "0: at most once. 1: at least once. 2: exactly once to the broker.",
      default: 1,
      "x-order": 3,
    }),
  ),
  retain: t.Optional(
    t.Boolean({
      title: "Retain",
      description: "The broker gives it to whoever subscribes later.",
      default: false,
      "x-advanced": true,
    }),
  ),
});

/** Publishes one message, and with quality of service 1 and 2 waits until the broker has it. */
export const publish = operation(
  {
    title: "Publish",
    description: "Publishes a message on a topic. When the broker's answer does not come, the outcome is unknown.",
    effect: "send",
    reversible: false,
    idempotency: "none",
    budget: "broker",
    settings: mqttSettings,
    input,
    output: t.Object({ topic: t.String(), acknowledged: t.Boolean() }),
    outcomes,
    examples: [
      {
        input: { topic: "plant/line-1/orders", payload: { order: 17 } },
        output: { topic: "plant/line-1/orders", acknowledged: true },
      },
    ],
  },
  native({ reason: "Speaks MQTT.", uses: ["network"], call: send }),
);

async function send(
  { topic, payload, qos = 1, retain = false }: Static<typeof input>,
  ctx: NativeContext<MqttSettings>,
): Promise<{ topic: string; acknowledged: boolean }> {
  const bytes = typeof payload === "string" ? payload : JSON.stringify(payload ?? null);
  if (Buffer.byteLength(bytes) > 1 << 20)
    throw new MortiseError("LIMIT_EXCEEDED", "The payload is larger than 1 MB.", { path: "/payload" });
  const client = await openSession(ctx);
  try {
    await ctx.commitPoint();
    await client.publishAsync(topic, bytes, { qos, retain });
    return { topic, acknowledged: qos > 0 };
  } catch (error) {
    throw brokerError(error);
  } finally {
    await client.endAsync().catch(() => undefined);
  }
}
