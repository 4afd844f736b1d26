import { type Json, type JsonSchemaObject, MortiseError } from "@mortise/contract";
import type { AskedCall, ResolvedCall } from "../call.ts";
import { authorize } from "../stages/authorize.ts";
import { asError, redacted } from "../stages/record.ts";
import { resolve } from "../stages/resolve.ts";
import type { Source } from "./ask-source.ts";
import type { FieldsRequest, OptionPage, OptionsRequest } from "./dynamic-request.ts";
import { readOptions } from "./read-options.ts";
import { readShape } from "./read-shape.ts";
import { sourceAt } from "./source-at.ts";
import { sourceInput } from "./source-input.ts";

/** Choices of a field with `x-options`. Throws `MortiseError`: `INVALID_REQUEST`, `INVALID_INPUT`, or what the source's call ends with. */
export function askOptions(asked: AskedCall, { field, input, search = "", cursor = null }: OptionsRequest): Promise<OptionPage> {
  return traced(asked, field, (call) => {
    const { source: spec, title } = sourceAt(call.target.operation.input, field, "x-options");
    const source = sourceOf(call, spec, { title, input, search: spec.searchable === true ? search : "" });
    return readOptions(source, spec, { search, cursor });
  });
}

/** Shape of a field with `x-fields`. Throws `MortiseError` as {@link askOptions} does. */
export function askShape(asked: AskedCall, { field, input }: FieldsRequest): Promise<JsonSchemaObject> {
  return traced(asked, field, (call) => {
    const { source: spec, title } = sourceAt(call.target.operation.input, field, "x-fields");
    return readShape(sourceOf(call, spec, { title, input, search: "" }), spec);
  });
}

function sourceOf(
  call: ResolvedCall,
  { operation, with: given, cacheMs }: { readonly operation: string; readonly with?: Json; readonly cacheMs?: number },
  { title, input = {}, search }: { readonly title: string; readonly input: Json | undefined; readonly search: string },
): Source {
  const { settings } = call.connection;
  return { call, operation, input: sourceInput(given, { input, settings, search }, title), cacheMs };
}

/** Runs it inside of a span of its own; an error leaves without secrets. */
async function traced<T>(asked: AskedCall, field: string, ask: (call: ResolvedCall) => Promise<T>): Promise<T> {
  let call: AskedCall | ResolvedCall = asked;
  asked.trace.set({ "mortise.field": field });
  try {
    const resolved = authorize(await resolve(asked));
    call = resolved;
    const answer = await ask(resolved);
    asked.trace.end();
    return answer;
  } catch (thrown) {
    const { code: _, message, ...rest } = redacted(call, asError(thrown).data);
    const { code } = asError(thrown);
    asked.trace.end({ code, message });
    throw new MortiseError(code, message, rest);
  }
}
