import { MortiseError, parseDuration } from "@mortise/contract";
import { type CoreNode, computed } from "./core-node.ts";

const LONGEST_MS = 366 * 86_400_000;

/** Waits for a time, or until a moment. */
export const wait: CoreNode = {
  spec: {
    use: "core/wait",
    title: "Wait",
    description: "Goes on after a time, or at a moment. A long wait costs nothing and survives a restart.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        for: computed({
          type: "string",
          title: "For",
          description: "A duration such as 30s, 5m, 2h, 1d, or ISO 8601 (PT30S). At most 366 days.",
          "x-placeholder": "30s",
          "x-order": 1,
        }),
        until: computed({
          type: "string",
          title: "Until",
          description: "A moment (RFC 3339). One that has passed does not wait.",
          format: "date-time",
          "x-order": 2,
        }),
      },
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
    },
  },

  values: (params) => [
    ...("for" in params ? [{ path: ["for"], expects: { type: "string" } as const }] : []),
    ...("until" in params ? [{ path: ["until"], expects: { type: "string", format: "date-time" } as const }] : []),
  ],

  check: (params) => {
    if (typeof params.for !== "string" || parseDuration(params.for) !== undefined) return [];
    const message = `"${params.for}" is no duration; expected e.g. "30s", "5m", "2h", "1d" or "PT30S".`;
    return [
      {
        code: "INVALID_VALUE",
        severity: "error",
        path: "/for",
        message,
        fix: { title: 'Write a number and a unit, e.g. "30s".' },
      },
    ];
  },

  traits: (params) => ({ waits: (typeof params.for === "string" ? parseDuration(params.for) : undefined) ?? 0 }),

  output: () => ({
    type: "object",
    properties: { until: { type: "string", format: "date-time" } },
    required: ["until"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "wait",
    compile: (params) => {
      const value = params.value("for" in params.with ? "for" : "until");
      const moment = "for" in params.with ? after : at;
      return (scope, nowMs) => {
        const untilMs = moment(String(value.evaluate(scope)), nowMs);
        if (untilMs - nowMs > LONGEST_MS) throw new MortiseError("LIMIT_EXCEEDED", "A wait is longer than 366 days.");
        return untilMs;
      };
    },
  },
};

function after(text: string, nowMs: number): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined)
    throw new MortiseError("INVALID_VALUE", `"${text}" is no duration; expected e.g. "30s", "5m" or "PT30S".`);
  return nowMs + durationMs;
}

function at(text: string): number {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs))
    throw new MortiseError("INVALID_VALUE", `"${text}" is no moment; expected e.g. "2026-01-31T09:00:00Z".`);
  return atMs;
}
