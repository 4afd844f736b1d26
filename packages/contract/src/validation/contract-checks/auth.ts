import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { entriesOf, type Loose } from "../loose.ts";
import { problem } from "../problem.ts";

/** A credential can be proven right: without a test, a connection only fails when a workflow runs. */
export function checkAuth(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.auth).flatMap(([id, { kind, test }]) =>
    test !== undefined || kind === "none" || kind === undefined
      ? []
      : [
          problem(
            "MISSING_KEY",
            joinPointer("auth", id, "test"),
            "is missing, so nobody can tell whether a connection works before it is used",
            {
              severity: "warning",
            },
          ),
        ],
  );
}
