import type { ErrorData, Outcome } from "@mortise/contract";
import { type Attributes, type Context, type Logger, logs, SeverityNumber } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE, ATTR_HTTP_RESPONSE_STATUS_CODE } from "@opentelemetry/semantic-conventions";
import type { Attribution } from "./attribution.ts";
import type { LogEventName } from "./span-catalogue.ts";

/** What the log says of a call that ended. Everything in it was redacted before. */
export interface LoggedCall {
  readonly use: string;
  readonly connector: string;
  readonly operation: string;
  readonly connection: string;
  readonly tenant: string;
  readonly runId: string | undefined;
  readonly stepPath: string | undefined;
  readonly outcome: Outcome;
  readonly attribution: Attribution;
  readonly attempts: number;
  readonly waitMs: number;
  readonly durationMs: number;
  readonly error: ErrorData | undefined;
}

/** Log records of calls, one a call at most. */
export interface CallLog {
  /** Somebody wants to hear of successes. */
  readonly hearsSuccesses: () => boolean;
  /** Somebody wants to hear of failures. */
  readonly hearsFailures: () => boolean;
  ended(call: LoggedCall, context: Context): void;
}

const SUCCESS = Object.freeze({
  severityNumber: SeverityNumber.DEBUG,
  eventName: "mortise.call.succeeded" satisfies LogEventName,
});
const FAILURE = Object.freeze({ severityNumber: SeverityNumber.WARN, eventName: "mortise.call.failed" satisfies LogEventName });

/** The log of calls on the global logger provider of `@opentelemetry/api`. Without one, nothing is put together. */
export function createCallLog(logger: Logger = logs.getLogger("@mortise/runtime")): CallLog {
  return Object.freeze({
    hearsSuccesses: () => logger.enabled(SUCCESS),
    hearsFailures: () => logger.enabled(FAILURE),
    ended: (call: LoggedCall, context: Context) => {
      const { error, attribution, use } = call;
      const isOurs = attribution === "platform_error" || attribution === "unknown";
      logger.emit({
        eventName: error === undefined ? SUCCESS.eventName : FAILURE.eventName,
        severityNumber: error === undefined ? SeverityNumber.DEBUG : isOurs ? SeverityNumber.ERROR : SeverityNumber.WARN,
        severityText: error === undefined ? "DEBUG" : isOurs ? "ERROR" : "WARN",
        body: error === undefined ? `${use} succeeded` : `${use} failed: ${error.code}: ${error.message}`,
        attributes: attributesOf(call),
        context,
      });
    },
  });
}

function attributesOf(call: LoggedCall): Attributes {
  const { connection, runId, stepPath, error } = call;
  return {
    "mortise.connector": call.connector,
    "mortise.operation": call.operation,
    ...(connection === "" ? {} : { "mortise.connection": connection }),
    "mortise.tenant": call.tenant,
    ...(runId === undefined ? {} : { "mortise.run_id": runId }),
    ...(stepPath === undefined ? {} : { "mortise.step": stepPath }),
    "mortise.outcome": call.outcome,
    "mortise.attribution": call.attribution,
    "mortise.attempts": call.attempts,
    "mortise.wait_ms": call.waitMs,
    "mortise.duration_ms": call.durationMs,
    ...(error === undefined ? {} : { [ATTR_ERROR_TYPE]: error.code }),
    ...(error?.status === undefined ? {} : { [ATTR_HTTP_RESPONSE_STATUS_CODE]: error.status }),
  };
}
