import { SeverityNumber } from "@opentelemetry/api";
import type { LogRecordProcessor } from "@opentelemetry/sdk-logs";

/** A processor of log records that is not bothered with those below a severity; they are not even made where nobody else wants them. */
export function fromSeverity(least: SeverityNumber, inner: LogRecordProcessor): LogRecordProcessor {
  return {
    enabled: ({ severityNumber = SeverityNumber.UNSPECIFIED }) => severityNumber >= least,
    onEmit: (record, context) => {
      if ((record.severityNumber ?? SeverityNumber.UNSPECIFIED) >= least) inner.onEmit(record, context);
    },
    forceFlush: (options) => inner.forceFlush(options),
    shutdown: () => inner.shutdown(),
  };
}
