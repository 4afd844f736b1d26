import type { CallResult, ErrorCode, Operation } from "@mortise/contract";
import type { Entry, Registry } from "@mortise/registry";
import { outboundKey, outcomeOf, type Runtime } from "@mortise/runtime";
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
      inSpan(stepSpan(request), async (traceparent) => {
        let committed = false;
        const result = await runtime.call(request.use, {
          input: request.input,
          connection: request.connection,
          signal: request.signal,
          idempotencyKey: vendorKey(runtime, request),
          ...(request.inDoubtSinceMs === undefined ? {} : { inDoubtSinceMs: request.inDoubtSinceMs }),
          commit: async () => {
            committed = await intents.commit(request.idempotencyKey);
            return committed;
          },
          traceparent,
          runId: request.runId,
          stepPath: request.stepPath,
          dryRun: request.dryRun,
          priority: request.priority,
        });
        // An intent that cannot be cleared is on the safe side: the write is not sent again.
        if (committed && isRefusal(result)) await intents.clear(request.idempotencyKey).catch(() => {});
        return result;
      }),
    readPage: (request) => inSpan(stepSpan(request), (traceparent) => readPage(pages, { ...request, traceparent })),
    describe: (use) => {
      const operation = registry?.operation(use)?.operation ?? runtime.describe(use);
      return operation && factsOf(operation);
    },
    close: () => pages.close(),
  };
}

/**
 * The key that the other side sees: of the step (which is tenant, run and place) and of the input, so that the same key never names two
 * different requests. Put together only for operations that send one.
 */
function vendorKey(runtime: Runtime, { use, idempotencyKey, input }: OperationCall): string {
  const idempotency = runtime.describe(use)?.idempotency;
  return typeof idempotency === "object" ? outboundKey([idempotencyKey], input) : idempotencyKey;
}

/** Failures of ours after an answer that may well have been a yes. */
const AFTER_THE_ANSWER: readonly ErrorCode[] = ["INVALID_OUTPUT", "LIMIT_EXCEEDED", "INTERNAL"];

/**
 * Whether the other side itself said no to a write, so that nothing happened. Its answer shows in the status or the driver's code; an
 * error without either may come from code that ran after the write, and a cut connection is unknown already.
 */
function isRefusal(result: CallResult): boolean {
  if (result.outcome === "success" || result.outcome === "unknown") return false;
  const { code, status, nativeCode } = result.error;
  return (
    (status !== undefined || nativeCode !== undefined || code === "THROTTLED") && !AFTER_THE_ANSWER.includes(code as ErrorCode)
  );
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
  const { effect, idempotency, stream, compensate } = operation;
  return {
    effect,
    repeatable: effect === "read" || idempotency !== "none",
    ...(stream ? { streamItems: stream.items } : {}),
    ...(compensate ? { compensate } : {}),
  };
}
