import { CATALOGUE, type Diagnostic, nearest, parseDuration } from "@mortise/contract";
import { asList } from "../model/loose.ts";
import { type CoreNode, computed, nodeSet } from "./core-node.ts";
import { COUNT, exactly } from "./schemas.ts";

const MOST_ATTEMPTS = 20;
const LONGEST_MS = 86_400_000;

/** Runs steps again where they fail with an error that it names. */
export const retry: CoreNode = {
  spec: {
    use: "core/retry",
    title: "Retry",
    description:
      "Runs its steps again when they fail with one of the errors named, after a growing wait. Only for steps that may be repeated: all attempts of a call have the same idempotency key.",
    group: "flow",
    params: {
      type: "object",
      properties: {
        nodes: nodeSet({ title: "Steps", "x-order": 1 }),
        on: {
          type: "array",
          title: "Errors",
          description: "Codes of the errors that are worth another attempt, e.g. TARGET_SICK, THROTTLED or one of a fail step.",
          items: { type: "string", minLength: 1 },
          minItems: 1,
          uniqueItems: true,
          "x-order": 2,
        },
        attempts: {
          type: "integer",
          title: "Attempts",
          description: "With the first one.",
          minimum: 2,
          maximum: MOST_ATTEMPTS,
          default: 3,
          "x-order": 3,
        },
        wait: {
          type: "string",
          title: "First wait",
          description: "A duration such as 1s; it doubles with every attempt. An error that says when to come back is believed.",
          default: "1s",
          "x-order": 4,
        },
        longest: { type: "string", title: "Longest wait", description: "At most 1d.", default: "1m", "x-order": 5 },
        jitter: {
          type: "boolean",
          title: "Spread",
          description: "Waits any time up to the computed one, so that many runs do not come back at once.",
          default: true,
          "x-advanced": true,
        },
        result: computed({ title: "Result", description: "From what the steps came to. Absent: nothing.", "x-order": 6 }),
      },
      required: ["nodes", "on"],
      additionalProperties: false,
    },
  },

  values: (params) => ("result" in params ? [{ path: ["result"], expects: true, inside: "nodes" }] : []),

  bodies: () => [{ slot: "nodes", scope: { attempt: { type: "integer", minimum: 1 } } }],

  traits: ({ attempts, longest, wait }) => {
    const most = typeof attempts === "number" ? attempts : 3;
    const one = Math.max(durationOf(wait, 1_000), durationOf(longest, 60_000));
    return { repeats: { nodes: most }, waits: one * (most - 1) };
  },

  check: (params): readonly Diagnostic[] => [
    ...["wait", "longest"].flatMap((key): readonly Diagnostic[] => {
      const text = params[key];
      if (typeof text !== "string") return [];
      const durationMs = parseDuration(text);
      if (durationMs !== undefined && durationMs <= LONGEST_MS) return [];
      const message = `"${text}" is no duration of up to a day; expected e.g. "1s", "30s" or "5m".`;
      return [
        { code: "INVALID_VALUE", severity: "error", path: `/${key}`, message, fix: { title: "Write a number and a unit." } },
      ];
    }),
    ...(holdsSubWorkflow(params.nodes) ? [NOT_REPEATED] : []),
    ...asList(params.on).flatMap((code, i): readonly Diagnostic[] => {
      if (typeof code !== "string" || Object.hasOwn(CATALOGUE, code)) return [];
      const near = nearest(code, Object.keys(CATALOGUE));
      if (near === undefined) return [];
      const path = `/on/${i}`;
      const fix = { title: `Did you mean "${near}"?`, patch: [{ op: "replace" as const, path, value: near }] };
      return [
        {
          code: "INVALID_VALUE",
          severity: "warning",
          path,
          message: `There is no error "${code}", unless a step makes it up.`,
          fix,
        },
      ];
    }),
  ],

  output: (params, types) => exactly({ attempts: COUNT, ...("result" in params && { result: types.of("result") }) }),

  behaviour: { kind: "retry" },
};

const NOT_REPEATED: Diagnostic = {
  code: "UNSAFE_RETRY",
  severity: "warning",
  path: "/nodes",
  message: "These steps run another workflow, and nobody knows whether that may be repeated: they are run once.",
  fix: { title: "Put the retry into the other workflow." },
};

function holdsSubWorkflow(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, each]) => (key === "use" ? each === "core/sub-workflow" : holdsSubWorkflow(each)));
}

/** A duration of the document in ms; another one where it cannot be read. */
export function durationOf(text: unknown, otherwise: number): number {
  return (typeof text === "string" ? parseDuration(text) : undefined) ?? otherwise;
}
