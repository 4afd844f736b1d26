import type { CustomCode } from "@mortise/auth";
import { type CodeRunner, isMortiseError } from "@mortise/contract";
import type { Clock } from "../runtime.ts";
import type { Metrics } from "./metrics.ts";

/** What runs of code are counted with. */
export interface CodeCounter {
  readonly metrics: Metrics;
  readonly clock: Pick<Clock, "now">;
}

/** Counts a run of code and how long it took; gives on what it gives. */
export async function countedCode<T>(
  { metrics, clock }: CodeCounter,
  use: Parameters<Metrics["codeRun"]>[0]["use"],
  run: () => Promise<T>,
): Promise<T> {
  const startedAtMs = clock.now();
  const end = (result: Parameters<Metrics["codeRun"]>[0]["result"]): void =>
    metrics.codeRun({ use, result }, Math.max(0, clock.now() - startedAtMs));
  try {
    const value = await run();
    end("ok");
    return value;
  } catch (error) {
    end(isMortiseError(error) ? error.code : "INTERNAL");
    throw error;
  }
}

/** The port to code that signs requests, counted. */
export function countedSigning(inner: CustomCode | undefined, counter: CodeCounter): CustomCode | undefined {
  return inner && { run: (request) => countedCode(counter, "signing", () => inner.run(request)) };
}

/** The port to operations in code, counted. */
export function countedRuns(inner: CodeRunner | undefined, counter: CodeCounter): CodeRunner | undefined {
  return inner && { run: (invocation) => countedCode(counter, "operation", () => inner.run(invocation)) };
}
