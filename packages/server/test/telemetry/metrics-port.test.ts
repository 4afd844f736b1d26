// Pins: a worker that nobody can scrape, or whose port answers more than it should.
import { expect, test } from "vitest";
import { openMetricsPort } from "../../src/telemetry/metrics-port.ts";

const page = async (accept?: string) => ({ contentType: "text/plain; version=0.0.4", text: `up{accept="${accept ?? ""}"} 1\n` });

test("metrics are served in the format that is asked for, and nothing else is", async () => {
  const port = await openMetricsPort({ port: 0, metrics: page });
  expect(port.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const answer = await fetch(port.url, { headers: { accept: "application/openmetrics-text" } });
  expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
    200,
    "text/plain; version=0.0.4",
    'up{accept="application/openmetrics-text"} 1\n',
  ]);
  expect((await fetch(new URL("/", port.url))).status).toBe(404);
  expect((await fetch(port.url, { method: "POST" })).status).toBe(404);
  await port.close();
  await expect(fetch(port.url)).rejects.toThrow();
});

test("a port that is taken is said so, and metrics that fail are an error of the server", async () => {
  const port = await openMetricsPort({
    port: 0,
    metrics: async () => {
      throw new Error("no");
    },
  });
  expect((await fetch(port.url)).status).toBe(500);
  const taken = Number(new URL(port.url).port);
  await expect(openMetricsPort({ port: taken, metrics: page })).rejects.toMatchObject({ code: "PORT_IN_USE" });
  await port.close();
});
