import { type Static, t } from "@mortise/sdk";

/** What a connection of this connector is configured with. */
export const mqttSettings = t.Object({
  host: t.String({
    title: "Host",
    description: "Name or address of the broker.",
    minLength: 1,
    pattern: "^[A-Za-z0-9._:\\[\\]-]+$",
    "x-help": "the name or address of a host",
    "x-order": 1,
    "x-placeholder": "broker.example.com",
  }),
  port: t.Optional(
    t.Integer({ title: "Port", description: "Absent: 8883 with TLS, else 1883.", minimum: 1, maximum: 65_535, "x-order": 2 }),
  ),
  tls: t.Optional(
    t.Boolean({ title: "TLS", description: "Off only for brokers on your own network.", default: true, "x-order": 3 }),
  ),
});

export type MqttSettings = Static<typeof mqttSettings>;
