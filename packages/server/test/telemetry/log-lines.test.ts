// Pins: a failed call that leaves no line, lines that no machine can read, and successes that fill a disk.
import { logs, SeverityNumber } from "@opentelemetry/api";
import { LoggerProvider } from "@opentelemetry/sdk-logs";
import { afterEach, expect, test } from "vitest";
import { openLogLines } from "../../src/telemetry/log-lines.ts";
import type { LogLevel } from "../../src/telemetry/telemetry-settings.ts";
import { sampleRuntime } from "./sample-runtime.ts";

afterEach(() => logs.disable());

async function written(level: LogLevel): Promise<readonly Record<string, unknown>[]> {
  const text: string[] = [];
  const lines = openLogLines({ level, about: { "service.name": "mortise" }, to: { write: (line) => void text.push(line) } });
  logs.disable();
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [lines.processor] }));
  const runtime = sampleRuntime();
  for (const name of ["works", "fails"]) await runtime.call(`sample/${name}`, { input: {}, runId: "r1", stepPath: "one" });
  await runtime.close();
  lines.say("Stopping …");
  return text.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a failed call is one line of JSON with everything that finds it again", async () => {
  const [failed, said, ...others] = await written("warn");
  expect(others).toEqual([]);
  expect(failed).toMatchObject({
    level: "warn",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    "service.name": "mortise",
    event: "mortise.call.failed",
    message: "sample/fails failed: CALL_REJECTED: no",
    "mortise.connector": "sample",
    "mortise.operation": "fails",
    "mortise.run_id": "r1",
    "mortise.step": "one",
    "mortise.outcome": "poison",
    "mortise.attribution": "caller_error",
    "error.type": "CALL_REJECTED",
  });
  expect(said).toMatchObject({ level: "info", message: "Stopping …" });
});

test("a call that succeeds is a line where somebody listens that closely, and is not even put together elsewhere", async () => {
  expect((await written("debug")).map(({ level, event }) => [level, event])).toEqual([
    ["debug", "mortise.call.succeeded"],
    ["warn", "mortise.call.failed"],
    ["info", undefined],
  ]);
  await written("info");
  const logger = logs.getLogger("test");
  expect(logger.enabled({ severityNumber: SeverityNumber.DEBUG })).toBe(false);
  expect(logger.enabled({ severityNumber: SeverityNumber.INFO })).toBe(true);
});
