import { filesSource } from "./files-source.ts";
import { connectorTrigger, pollSource } from "./poll-source.ts";
import { scheduleSource } from "./schedule-source.ts";
import { QUIET, type Source, type SourceContext } from "./source.ts";
import { streamSource } from "./stream-source.ts";
import { subscriptionSource } from "./subscription-source.ts";

/** Opens what the trigger of a live workflow listens to. Throws `INVALID_SCHEDULE`, `CONNECTOR_NOT_FOUND`, `UNKNOWN_REFERENCE`. */
export function openSource(context: SourceContext): Source {
  const { use } = context.live.document.trigger;
  switch (use) {
    case "schedule":
      return scheduleSource(context);
    case "files":
      return filesSource(context);
    case "manual":
    case "webhook":
    case "form":
    case "workflow":
      return QUIET;
    default: {
      const trigger = connectorTrigger(context);
      if (trigger.kind === "stream") return streamSource(context);
      return trigger.kind === "poll" ? pollSource(context, trigger) : subscriptionSource(context, trigger);
    }
  }
}
