/**
 * A worker process: calls without a break, `inFlight` at once, and says what came of each call and how its budgets are kept. Started by the tests.
 * Its argument is JSON: `{ url, origin, rate, per, inFlight, leaseMs }`.
 */
import { createRuntime } from "../../../src/index.ts";
import { at, connectionTo, connectorOf } from "../../sample-connector.ts";

const { url, origin, rate, per, inFlight, leaseMs, name } = JSON.parse(process.argv[2] ?? "{}");
const send = (message: object): void => void process.send?.(message);
const runtime = createRuntime({
  connectors: [
    connectorOf(
      { op: { request: { method: "GET", url: at(`/${name}`) }, budget: "api" } },
      { budgets: { api: { rate, per, scope: "connector" } } },
    ),
  ],
  egress: { allow: [origin] },
  redis: { url, leaseMs },
  onBudgetStatus: ({ mode, workers }) => send({ mode, workers }),
});
let isOver = false;
process.on("message", () => {
  isOver = true;
});
const caller = async (): Promise<void> => {
  while (!isOver) {
    const { outcome } = await runtime.call("sample/op", { connection: connectionTo(origin), input: {} });
    send({ outcome });
  }
};
await Promise.all(Array.from({ length: inFlight }, caller));
await runtime.close();
process.disconnect();
