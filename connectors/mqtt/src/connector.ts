import { basic, defineConnector, none } from "@mortise/sdk";
import { check } from "./operations/check.ts";
import { publish } from "./operations/publish.ts";
import { mqttSettings } from "./settings.ts";
import { message } from "./triggers/message.ts";

/** Messages over any MQTT broker (MQTT 3.1.1). */
export default defineConnector({
  name: "mqtt",
  version: "1.0.0",
  title: "MQTT",
  publisher: "mortise",
  description: "Publishes messages and listens to topics of an MQTT broker.",
  categories: ["messaging"],
  license: "Apache-2.0",
  icon: "icon.svg",
  support: "https://mortise.dev/support",
  homepage: "https://mqtt.org",
  settings: mqttSettings,
  hosts: ["{settings.host}"],
  auth: {
    password: basic({
      title: "User and password",
      help: "A client of the broker that may use the topics; its administrator knows it.",
      test: "check",
    }),
    none: none({ title: "No sign-in", test: "check" }),
  },
  budgets: { broker: { concurrency: 10, scope: "connection" } },
  operations: { publish, check },
  triggers: { message },
  waivers: [
    {
      check: "MC043",
      path: "/privacy",
      reason: "The broker is the one that the connection names; what it does with data is for its operator to say.",
      owner: "mortise",
      expires: "2027-11-30",
    },
  ],
  changelog: [
    { version: "1.0.0", date: "2026-11-22", changes: ["Publish messages, and start workflows by messages of a topic."] },
  ],
});
