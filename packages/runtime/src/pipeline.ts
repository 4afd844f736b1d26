import { type CallResult, type Json, type JsonSchemaObject, MortiseError } from "@mortise/contract";
import { compileSchema, schemaAt, type Validator } from "@mortise/contract/validation";
import type { AdmittedCall, Answer, AskedCall, ReadyCall, ResolvedCall } from "./call.ts";
import { dryRun } from "./dry-run.ts";
import { enterCode, leaveCode } from "./lifecycle/code-crash.ts";
import { judgeItems } from "./outcome/judge-items.ts";
import type { PageReader, ReadPage } from "./paging/page-reader.ts";
import { openPages } from "./reading/open-pages.ts";
import type { StreamedPage } from "./runtime.ts";
import { admit } from "./stages/admit.ts";
import { authorize } from "./stages/authorize.ts";
import { carryBack, carryItemsBack } from "./stages/carry-back.ts";
import { deduplicate } from "./stages/deduplicate.ts";
import { read } from "./stages/read.ts";
import { asError, record, redacted } from "./stages/record.ts";
import { resolve } from "./stages/resolve.ts";
import { validateInput } from "./stages/validate-input.ts";
import { validateItems, validateOutput } from "./stages/validate-output.ts";

/** Takes one call through the ten stages (budget and attempt run inside of read). Never throws. */
export async function runCall(asked: AskedCall): Promise<CallResult> {
  let call: AskedCall | ResolvedCall = asked;
  let admitted: AdmittedCall | undefined;
  try {
    const resolving = resolve(asked);
    const resolved = resolving instanceof Promise ? await resolving : resolving;
    call = resolved;
    enterCode(resolved);
    const entering = admit(authorize(resolved));
    admitted = entering instanceof Promise ? await entering : entering;
    const { hooks } = asked.services;
    const ready = validateInput(hooks.isEmpty ? admitted : await hooks.before(admitted));
    if (asked.request.dryRun === true) return record(call, { answer: await dryRun(ready) });
    const kept = deduplicate(ready, readChecked);
    const answer = kept === undefined ? checked(ready, await read(ready)) : await kept;
    leaveCode(resolved, undefined);
    const shown = hooks.isEmpty ? answer : await hooks.present(ready, answer);
    return record(call, { answer: carryBack(resolved, shown) });
  } catch (thrown) {
    if ("target" in call) leaveCode(call, thrown);
    return record(call, { thrown });
  } finally {
    admitted?.leave();
  }
}

const readChecked = async (call: ReadyCall): Promise<Answer> => checked(call, await read(call));
const checked = (call: ReadyCall, answer: Answer): Answer => validateOutput(call, judgeItems(call, answer));

/** Takes a stream through the same stages; each page has its own deadline and is fetched when it is asked for. Throws on a failed page. */
export async function* runStream(asked: AskedCall): AsyncGenerator<StreamedPage> {
  const { services } = asked;
  let call: AskedCall | ResolvedCall = asked;
  let pages: PageReader | undefined;
  let failed: { readonly thrown: unknown } | undefined;
  try {
    const resolved = authorize(await resolve(asked));
    call = resolved;
    enterCode(resolved);
    services.drains.streamBegins(resolved);
    const { cursor = null, state = null, pageSize: size } = asked.request;
    const validate = itemsValidator(resolved);
    const { hooks } = services;
    let hooked: AdmittedCall | undefined;
    for (;;) {
      services.lifecycle.checkPage(resolved);
      const admitted = await admit({ ...resolved, startedAtMs: services.clock.now() });
      let page: ReadPage | undefined;
      let items: readonly Json[] = [];
      try {
        if (!hooks.isEmpty)
          hooked = hooked === undefined ? await hooks.before(admitted) : { ...admitted, request: hooked.request };
        const ready = validateInput(hooked ?? admitted);
        if (asked.request.dryRun === true) return;
        pages ??= openPages(ready, { cursor, state, size });
        page = await pages.next(ready);
        if (page !== undefined) {
          validateItems(ready, page.items, validate);
          items = hooks.isEmpty ? page.items : await hooks.presentItems(ready, page.items, validate);
        }
      } finally {
        admitted.leave();
      }
      if (page === undefined) return;
      yield {
        items: carryItemsBack(resolved, items),
        next: page.next,
        ...(page.state === undefined ? {} : { state: page.state }),
      };
      if (page.cut === true)
        throw new MortiseError("LIMIT_EXCEEDED", `${asked.use}: there are more items than may be read at once.`);
    }
  } catch (thrown) {
    failed = { thrown };
    const { code: _, message, ...rest } = redacted(call, asError(thrown).data);
    throw new MortiseError(asError(thrown).code, message, rest);
  } finally {
    await pages?.close();
    if ("target" in call) {
      services.drains.streamEnds(call);
      leaveCode(call, failed?.thrown);
    }
    record(call, failed ?? { answer: { output: null } });
  }
}

const validators = new WeakMap<object, Validator | null>();

/** Checks a page's items against the schema that the contract has at `stream.items`. */
function itemsValidator({ target: { connector, name, operation } }: ResolvedCall): Validator | undefined {
  const known = validators.get(operation);
  if (known !== undefined) return known ?? undefined;
  const { schemas, operations } = connector.contract;
  const { output } = operations[name] ?? operation;
  const found = operation.stream === undefined ? undefined : schemaAt(output, operation.stream.items, schemas);
  const list: JsonSchemaObject | undefined =
    found?.kind === "found" ? { ...found.schema, ...(output.$defs === undefined ? {} : { $defs: output.$defs }) } : undefined;
  const validator = list === undefined ? null : compileSchema(list, schemas === undefined ? {} : { schemas });
  validators.set(operation, validator);
  return validator ?? undefined;
}
