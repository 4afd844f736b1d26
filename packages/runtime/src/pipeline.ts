import { type CallResult, type JsonSchema, MortiseError, parsePointer } from "@mortise/contract";
import { compileSchema, type Validator } from "@mortise/contract/validation";
import type { AdmittedCall, AskedCall, ResolvedCall } from "./call.ts";
import { dryRun } from "./dry-run.ts";
import type { PageReader } from "./paging/page-reader.ts";
import type { StreamedPage } from "./runtime.ts";
import { admit } from "./stages/admit.ts";
import { authorize } from "./stages/authorize.ts";
import { deduplicate } from "./stages/deduplicate.ts";
import { openPages, read } from "./stages/read.ts";
import { asError, record, redacted } from "./stages/record.ts";
import { resolve } from "./stages/resolve.ts";
import { validateInput } from "./stages/validate-input.ts";
import { validateItems, validateOutput } from "./stages/validate-output.ts";

/** Takes one call through the ten stages (budget and attempt run inside of read). Never throws. */
export async function runCall(asked: AskedCall): Promise<CallResult> {
  let call: AskedCall | ResolvedCall = asked;
  let admitted: AdmittedCall | undefined;
  try {
    const resolved = await resolve(asked);
    call = resolved;
    admitted = admit(authorize(resolved));
    const ready = validateInput(admitted);
    if (asked.request.dryRun === true) return record(call, { answer: dryRun(ready) });
    const answer = await deduplicate(ready, async () => validateOutput(ready, await read(ready)));
    return record(call, { answer });
  } catch (thrown) {
    return record(call, { thrown });
  } finally {
    admitted?.leave();
  }
}

/** Takes a stream through the same stages; each page has its own deadline and is fetched when it is asked for. Throws on a failed page. */
export async function* runStream(asked: AskedCall): AsyncGenerator<StreamedPage> {
  let call: AskedCall | ResolvedCall = asked;
  let pages: PageReader | undefined;
  let failed: { readonly thrown: unknown } | undefined;
  try {
    const resolved = authorize(await resolve(asked));
    call = resolved;
    const { cursor = null, pageSize } = asked.request;
    const validate = itemsValidator(resolved);
    for (;;) {
      const admitted = admit({ ...resolved, startedAtMs: asked.services.clock.now() });
      let page: StreamedPage | undefined;
      try {
        const ready = validateInput(admitted);
        if (asked.request.dryRun === true) return;
        pages ??= openPages(ready, cursor, pageSize);
        page = await pages.next(ready);
        if (page !== undefined) validateItems(ready, page.items, validate);
      } finally {
        admitted.leave();
      }
      if (page === undefined) return;
      yield { items: page.items, next: page.next };
    }
  } catch (thrown) {
    failed = { thrown };
    const { code: _, message, ...rest } = redacted(call, asError(thrown).data);
    throw new MortiseError(asError(thrown).code, message, rest);
  } finally {
    await pages?.close();
    record(call, failed ?? { answer: { output: null } });
  }
}

const validators = new WeakMap<object, Validator | null>();

/** Checks a page's items against the schema that the contract has at `stream.items`. */
function itemsValidator({ target: { operation } }: ResolvedCall): Validator | undefined {
  const known = validators.get(operation);
  if (known !== undefined) return known ?? undefined;
  const schema = operation.stream === undefined ? undefined : schemaAt(operation.output, operation.stream.items);
  const defs = operation.output.$defs;
  const list =
    schema === undefined || typeof schema === "boolean"
      ? undefined
      : { ...schema, ...(defs === undefined ? {} : { $defs: defs }) };
  const validator = list === undefined ? null : compileSchema(list);
  validators.set(operation, validator);
  return validator ?? undefined;
}

function schemaAt(root: JsonSchema, pointer: string): JsonSchema | undefined {
  let schema: JsonSchema | undefined = root;
  for (const key of parsePointer(pointer) ?? []) {
    schema =
      typeof schema === "object" && schema.properties !== undefined && Object.hasOwn(schema.properties, key)
        ? schema.properties[key]
        : undefined;
  }
  return schema;
}
