import { type Json, MortiseError } from "@mortise/contract";
import type { Validated, Validator } from "@mortise/contract/validation";
import type { Answer, ReadyCall } from "../call.ts";

/**
 * Stage 9: checks the output against the contract. A read that does not fit is a failure, as nothing behind it could rely on it. A
 * write that does not fit is done all the same: it stays a success, with a warning and the metric `mortise.drift`.
 */
export function validateOutput(call: ReadyCall, answer: Answer): Answer {
  if (answer.cached !== true && call.request.receive === undefined)
    check(call, call.target.validateOutput(answer.output), "the answer");
  return answer;
}

/** The same for the items of one page. */
export function validateItems(call: ReadyCall, items: readonly Json[], validate: Validator | undefined): void {
  if (validate !== undefined) check(call, validate(items), "an item of the page");
}

function check(call: ReadyCall, checked: Validated, what: string): void {
  if (checked.ok) return;
  const { target, services, trace, connection } = call;
  const [first] = checked.diagnostics;
  const message = connection.redactor.text(
    `${call.use}: ${what} does not fit the contract: ${first?.message ?? "schema broken"}.`,
  );
  services.metrics.drift({ connector: target.connector.contract.name, operation: target.name });
  if (target.operation.effect !== "read") {
    trace.note("warn", message, { "mortise.drift": true });
    return;
  }
  throw new MortiseError("INVALID_OUTPUT", message, {
    ...(first === undefined ? {} : { path: first.path }),
    detail: connection.redactor.json(
      checked.diagnostics.slice(0, 20).map(({ code, path, message: text }) => ({ code, path, message: text })),
    ),
  });
}
