import { compareContracts } from "@mortise/compat";
import type { ErrorCode } from "@mortise/contract";
import { labelOf } from "@mortise/contract/validation";
import { defineCheck } from "../check.ts";

export const compatibility = defineCheck({
  id: "MC044",
  name: "compatibility",
  severity: "error",
  title: "The version says what the changes since the last one mean, and what breaks somebody comes with a migration.",
  why: "Workflows take minor versions by themselves; one that is called minor and is not breaks them at night.",
  reading:
    "Needs the version published before (`mortise check --against`; the registry knows it). A change that somebody answers for is waived by its own id, such as `output-field-removed`.",
  autofix: "Raises the version to the one that the changes ask for.",
  bad: {
    previous: {
      version: "1.1.0",
      operations: { whoAmI: { output: { required: ["id", "name", "plan"], properties: { plan: { type: "string" } } } } },
    },
  },
  good: {
    previous: {
      version: "1.1.0",
      operations: { createContact: { output: { properties: { createdAt: null } } } },
    },
  },
  run: ({ contract, previous, today }) =>
    previous === undefined
      ? []
      : compareContracts(previous, contract, { today })
          .diagnostics.filter(({ code }) => code !== "WAIVER_EXPIRED")
          .map(({ code, path, message, severity, fix }) => ({
            code: code as ErrorCode,
            path,
            message: message.replace(`${labelOf(path)}: `, ""),
            severity,
            ...(fix === undefined ? {} : { fix }),
          })),
});
