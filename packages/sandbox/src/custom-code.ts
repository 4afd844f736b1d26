import type { CustomCode } from "@mortise/auth";
import { CAPABILITIES } from "./guest/guest-call.ts";
import type { Sandbox } from "./sandbox.ts";

/** Lets auth schemes run their code in this sandbox, with all capabilities that there are: none of them reaches anything. */
export function customCode(sandbox: Sandbox): CustomCode {
  return Object.freeze({
    run: ({ source, name, input, secrets, nowMs }) =>
      sandbox.run({
        source,
        functionName: name,
        input,
        secrets,
        capabilities: CAPABILITIES,
        ...(nowMs === undefined ? {} : { nowMs }),
      }),
  } satisfies CustomCode);
}
