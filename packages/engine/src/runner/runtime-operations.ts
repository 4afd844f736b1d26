import type { CallResult, ErrorCode, Operation } from "@mortise/contract";
import type { Entry, Registry } from "@mortise/registry";
import { outcomeOf, type Runtime } from "@mortise/runtime";
import type { IntentStore, OperationCall, OperationFacts, OperationPort, StreamPage } from "@mortise/workflow";
import { toErrorData } from "../strand/failure.ts";
import { inSpan } from "./spans.ts";
import { type PageRequest, StreamPages } from "./stream-pages.ts";

/** What {@link runtimeOperations} stands on. */
export interface RuntimeOperationsOptions {
  readonly runtime: Runtime;
  readonly intents: IntentStore;
  /** Finds operations; absent: the runtime's connectors. */
  readonly registry?: Registry<Entry>;
}

/** The operations of a runtime as the interpreter sees them, one `mortise.step` span each. */
export function runtimeOperations(options: RuntimeOperationsOptions): OperationPort & { close(): Promise<void> } {
  const { runtime, intents, registry } = options;
  const pages = new StreamPages(runtime);
  return {
    call: (request) =>
      inSpan(stepSpan(request), (traceparent) =>
        runtime.call(request.use, {
          input: request.input,
          connection: request.connection,
          signal: request.signal,
          idempotencyKey: request.idempotencyKey,
          commit: () => intents.commit(request.idempotencyKey),
          traceparent,
          runId: request.runId,
          stepPath: request.stepPath,
          dryRun: request.dryRun,
        }),
      ),
    readPage: (request) => inSpan(stepSpan(request), (traceparent) => readPage(pages, { ...request, traceparent })),
    describe: (use) => {
      const operation = registry?.operation(use)?.operation ?? runtime.describe(use);
      return operation && factsOf(operation);
    },
    close: () => pages.close(),
  };
}

function stepSpan(request: OperationCall) {
  const { use, runId, stepPath, traceparent } = request;
  return {
    name: "mortise.step" as const,
    attributes: { "mortise.run_id": runId, "mortise.step": stepPath, "mortise.use": use },
    traceparent,
  };
}

async function readPage(pages: StreamPages, request: PageRequest): Promise<CallResult<StreamPage>> {
  const started = performance.now();
  const meta = () => ({ attempts: 1, waitMs: 0, durationMs: Math.round(performance.now() - started) });
  try {
    const { items, next } = await pages.read(request);
    return { outcome: "success", output: { items, next }, meta: meta() };
  } catch (thrown) {
    const error = toErrorData(thrown);
    return { outcome: outcomeOf(error.code as ErrorCode), error, meta: meta() };
  }
}

function factsOf(operation: Operation): OperationFacts {
  const { effect, idempotency, stream } = operation;
  return { effect, repeatable: effect === "read" || idempotency !== "none", ...(stream ? { streamItems: stream.items } : {}) };
}
