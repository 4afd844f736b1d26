// Pins: a mistake in the configuration of telemetry that sends it nowhere, or to everybody, without a word.
import { expect, test } from "vitest";
import { telemetryFaults } from "../../src/telemetry/telemetry-settings.ts";

test("everything that the docs show is taken", () => {
  const settings = {
    otlpEndpoint: "http://127.0.0.1:4318",
    environment: "prod",
    logLevel: "warn",
    logs: "json",
    metrics: "signed-in",
    traceparentTo: ["*.internal.example", "api.example.com"],
  };
  expect(telemetryFaults(settings)).toEqual([]);
  expect(telemetryFaults({})).toEqual([]);
});

test.each([
  [3, [""]],
  [{ otlpEndpoint: "127.0.0.1:4318" }, ["/otlpEndpoint"]],
  [{ otlpEndpoint: "grpc://collector:4317", logLevel: "loud" }, ["/otlpEndpoint", "/logLevel"]],
  [{ metrics: "everybody", logs: "xml", environment: " " }, ["/environment", "/logs", "/metrics"]],
  [{ traceparentTo: ["https://api.example.com"] }, ["/traceparentTo"]],
  [{ traceparentTo: "*" }, ["/traceparentTo"]],
  [{ otelEndpoint: "http://127.0.0.1:4318" }, ["/otelEndpoint"]],
])("%j is told where it is wrong", (settings, places) => {
  expect(telemetryFaults(settings).map(({ path }) => path)).toEqual(places.map((place) => `/telemetry${place}`));
});
