import { type Attributes, isSpanContextValid, SeverityNumber } from "@opentelemetry/api";
import type { LogRecordProcessor, ReadWriteLogRecord } from "@opentelemetry/sdk-logs";
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "./telemetry-settings.ts";

/** Writes one JSON object a line: what the server says, and log records beside it. */
export interface LogLines {
  /** What the server says about itself, as `info`. */
  readonly say: (line: string) => void;
  /** Takes log records in. */
  readonly processor: LogRecordProcessor;
}

/** Options of {@link openLogLines}. */
export interface LogLinesOptions {
  readonly level: LogLevel;
  /** On every line, e.g. `service.name`. */
  readonly about: Attributes;
  /** Absent: stderr. */
  readonly to?: DestinationStream;
}

/** Opens the log on stderr. Its own lines are always written; records from `level` on. */
export function openLogLines({ level, about, to = destination({ fd: 2, sync: true }) }: LogLinesOptions): LogLines {
  const logger: Logger = pino(
    {
      level: "trace",
      base: about,
      messageKey: "message",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    to,
  );
  const least = SEVERITY[level];
  return Object.freeze({
    say: (line: string) => logger.info(line),
    processor: {
      enabled: ({ severityNumber = SeverityNumber.UNSPECIFIED }) => severityNumber >= least,
      onEmit: (record: ReadWriteLogRecord) => {
        if ((record.severityNumber ?? SeverityNumber.UNSPECIFIED) >= least)
          logger[levelOf(record)](fieldsOf(record), String(record.body ?? ""));
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    },
  });
}

/** Least severity number of a level (OpenTelemetry logs data model, "Severity fields"). */
export const SEVERITY: { readonly [level in LogLevel]: SeverityNumber } = Object.freeze({
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
});

function levelOf({ severityNumber = SeverityNumber.UNSPECIFIED }: ReadWriteLogRecord): LogLevel {
  if (severityNumber >= SeverityNumber.ERROR) return "error";
  if (severityNumber >= SeverityNumber.WARN) return "warn";
  return severityNumber >= SeverityNumber.INFO ? "info" : "debug";
}

function fieldsOf({ eventName, spanContext, attributes }: ReadWriteLogRecord): Record<string, unknown> {
  const traced = spanContext !== undefined && isSpanContextValid(spanContext);
  return {
    ...(eventName === undefined ? {} : { event: eventName }),
    ...(traced ? { trace_id: spanContext.traceId, span_id: spanContext.spanId } : {}),
    ...attributes,
  };
}
