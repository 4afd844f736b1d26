import { get as httpGet, on, operation, t } from "@mortise/sdk";
import { httpSettings } from "../settings.ts";
import { testUrl } from "../target-url.ts";

/** Asks for the path of the test; a refused credential fails, a path that is not there does not. */
export const check = operation(
  {
    title: "Check connection",
    description: "Asks for the connection's test path: whether the service answers and does not refuse the credential.",
    effect: "read",
    budget: "api",
    settings: httpSettings,
    input: t.Object({}),
    output: t.Object({ status: t.Integer() }),
    outcomes: [on([404, 405]).success()],
    maxAttempts: 1,
    attemptTimeoutMs: 10_000,
    examples: [{ input: {}, output: { status: 200 } }],
  },
  httpGet(() => testUrl, { decode: "none", output: ($) => ({ status: $.response.status }) }),
);
