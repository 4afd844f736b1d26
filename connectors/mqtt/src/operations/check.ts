import { type NativeContext, native, operation, t } from "@mortise/sdk";
import { outcomes } from "../outcomes.ts";
import { openSession } from "../session/open-session.ts";
import { type MqttSettings, mqttSettings } from "../settings.ts";

/** Proves that the connection works: connects, signs in, and leaves. */
export const check = operation(
  {
    title: "Check",
    description: "Connects and signs in without sending anything.",
    effect: "read",
    budget: "broker",
    settings: mqttSettings,
    input: t.Object({}),
    output: t.Object({ connected: t.Boolean() }),
    outcomes,
    examples: [{ input: {}, output: { connected: true } }],
  },
  native({ reason: "Speaks MQTT.", uses: ["network"], call: checkBroker }),
);

async function checkBroker(_input: object, ctx: NativeContext<MqttSettings>): Promise<{ connected: boolean }> {
  const client = await openSession(ctx);
  await client.endAsync();
  return { connected: true };
}
