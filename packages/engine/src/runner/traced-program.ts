import type { Json, JsonObject } from "@mortise/contract";
import type { Program } from "@mortise/workflow";
import { inSpan } from "./spans.ts";

/**
 * The interpreter inside a `mortise.run` span. A run that goes on after a restart has one span for each time it was executed,
 * all below the trigger's: a span cannot outlive its process.
 */
export function tracedProgram(program: Program): Program {
  return async (context, input) => {
    const known = isObject(input) ? scheduled(input, context.runId) : input;
    const traceparent = isObject(known) && typeof known.traceparent === "string" ? known.traceparent : undefined;
    if (context.strand !== "") return await program(context, known);
    const attributes = { "mortise.run_id": context.runId };
    return await inSpan({ name: "mortise.run", attributes, traceparent }, (below) =>
      program(context, isObject(known) && below ? { ...known, traceparent: below } : known),
    );
  };
}

/** A tick's run learns from the engine which tick it is. */
function scheduled(input: JsonObject, runId: string): JsonObject {
  const { scheduledAt, ...rest } = input;
  if (scheduledAt === undefined) return input;
  const trigger = isObject(input.trigger) ? input.trigger : {};
  return { ...rest, runId, trigger: { ...trigger, scheduledAt } };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
