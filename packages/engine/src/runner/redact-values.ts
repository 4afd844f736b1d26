import { redactBySchema } from "@mortise/auth";
import type { Json, Operation } from "@mortise/contract";

/** Hides what the contracts call secret in the values that the run log shows. */
export function redactValues(
  describe: (use: string) => Operation | undefined,
): (value: Json, use: string, direction: "input" | "output") => Json {
  const byContract = (value: Json, use: string, direction: "input" | "output"): Json => {
    const operation = describe(use);
    return operation ? redactBySchema(value, operation[direction]) : value;
  };
  return (value, use, direction) => hideInStreams(byContract(value, use, direction), byContract);
}

/** The output of a stream operation names the stream by the input that opens it. */
function hideInStreams(value: Json, byContract: (value: Json, use: string, direction: "input") => Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value;
  const entries = Object.entries(value as { readonly [key: string]: Json }).map(([key, inner]): [string, Json] => {
    const stream = key === "$stream" ? (inner as { readonly use?: Json; readonly input?: Json }) : undefined;
    if (typeof stream?.use !== "string") return [key, hideInStreams(inner, byContract)];
    return [key, { ...(inner as object), input: byContract(stream.input ?? {}, stream.use, "input") }];
  });
  return Object.fromEntries(entries);
}
