import type { ScopeSchemas } from "@mortise/builders";
import {
  type CelValue,
  type Contract,
  type FollowUp,
  type JsonSchema,
  type JsonSchemaObject,
  joinPointer,
  type Operation,
  type Trigger,
  type Value,
} from "@mortise/contract";
import { authValues } from "./auth-values.ts";
import { singleSchemes } from "./single-schemes.ts";
import { subSchemas } from "./sub-schemas.ts";

/** A value or an expression of the contract, with what it may read. */
export interface ComputedValue {
  readonly path: string;
  /** A value with `$cel`, `$text`, `$map` inside, or the text of an expression. */
  readonly given: { readonly value: Value } | { readonly expression: string };
  /** As the contract has them: references to shared schemas stand. */
  readonly scope: ScopeSchemas;
}

/** Finds everything in a contract that is computed. */
export function computedValues(contract: Contract): readonly ComputedValue[] {
  const found: ComputedValue[] = [];
  for (const [name, operation] of Object.entries(contract.operations))
    operationValues(contract, operation, joinPointer("operations", name), found);
  for (const [name, trigger] of Object.entries(contract.triggers ?? {}))
    triggerValues(contract, trigger, joinPointer("triggers", name), found);
  for (const [id, scheme] of Object.entries(contract.auth)) {
    const at = joinPointer("auth", id);
    const tested = scheme.test === undefined ? undefined : outputOf(contract, scheme.test.operation);
    add(found, `${at}/label`, scheme.label, { output: tested ?? true, settings: settingsOf(contract), credential: true });
  }
  for (const { path, scheme } of singleSchemes(contract))
    for (const [at, value, scope] of authValues(contract, scheme, path)) add(found, at, value, scope);
  for (const [name, budget] of Object.entries(contract.budgets))
    for (const key of ["rate", "per", "concurrency"] as const)
      add(found, joinPointer("budgets", name, key), budget[key], { settings: settingsOf(contract) });
  return found;
}

function operationValues(contract: Contract, operation: Operation, at: string, found: ComputedValue[]): void {
  const { input } = operation;
  const settings = settingsOf(contract);
  const base = { input, settings, ...(operation.partition === undefined ? {} : { partition: true }) };
  const { request, outcomes, itemOutcomes, wait, compensate, probe, searchOrCreate, partition, incremental, idempotency } =
    operation;
  if (request !== undefined) {
    for (const key of ["url", "query", "headers", "cookies", "body", "bodyType", "contentType"] as const)
      add(found, `${at}/request/${key}`, request[key], base);
    for (const [hole, value] of Object.entries(request.path ?? {}))
      add(found, `${at}/request/path${joinPointer(hole)}`, value, base);
    add(found, `${at}/request/output`, request.output, { ...base, response: true });
  }
  if (typeof idempotency === "object") add(found, `${at}/idempotency/name`, idempotency.name, base);
  outcomes.forEach((rule, index) => {
    expression(found, `${at}/outcomes/${index}/when/cel`, rule.when.cel, { status: true, headers: true, body: true });
    add(found, `${at}/outcomes/${index}/output`, rule.output, { ...base, response: true });
  });
  itemOutcomes?.rules.forEach((rule, index) => {
    expression(found, `${at}/itemOutcomes/rules/${index}/when/cel`, rule.when.cel, { item: true, index: true, status: true });
  });
  add(found, `${at}/incremental/start`, incremental?.start, { input, settings });
  add(found, `${at}/partition/over`, partition?.over, { input, settings });
  follow(found, `${at}/partition/parent`, partition?.parent, { input, settings });
  const { output } = operation;
  follow(found, `${at}/compensate`, compensate, { input, settings, output });
  follow(found, `${at}/probe`, probe, { input, settings });
  if (probe !== undefined)
    add(found, `${at}/probe/item`, probe.item, { input, settings, output: outputOf(contract, probe.operation) ?? true });
  if (wait !== undefined) {
    const waiting = { input, settings, output: true, polled: true };
    for (const key of ["poll", "fetch", "cancel"] as const) follow(found, `${at}/wait/${key}`, wait[key], waiting);
    expression(found, `${at}/wait/done`, wait.done, waiting);
    expression(found, `${at}/wait/failed`, wait.failed, waiting);
  }
  if (searchOrCreate !== undefined) {
    const searched = outputOf(contract, searchOrCreate.search.operation) ?? true;
    follow(found, `${at}/searchOrCreate/search`, searchOrCreate.search, { input, settings });
    follow(found, `${at}/searchOrCreate/create`, searchOrCreate.create, { input, settings });
    add(found, `${at}/searchOrCreate/search/item`, searchOrCreate.search.item, { input, settings, output: searched });
  }
  sources(contract, operation.input, `${at}/input`, { input, settings, search: true }, found);
}

function triggerValues(contract: Contract, trigger: Trigger, at: string, found: ComputedValue[]): void {
  const { input } = trigger;
  const settings = settingsOf(contract);
  sources(contract, trigger.input, `${at}/input`, { input, settings, search: true }, found);
  if (trigger.kind === "poll") {
    follow(found, `${at}/source`, trigger.source, { input, settings });
    add(found, `${at}/event`, trigger.event, { item: true, input, settings });
    return;
  }
  if (trigger.kind === "stream") return;
  const delivery = { headers: true, query: true, body: true, input, settings };
  const subscribing = { input, settings, webhook: true };
  follow(found, `${at}/subscribe`, trigger.subscribe, subscribing);
  follow(found, `${at}/unsubscribe`, trigger.unsubscribe, { ...subscribing, subscription: true });
  follow(found, `${at}/renew`, trigger.renew, { ...subscribing, subscription: true });
  expression(found, `${at}/when`, trigger.when, delivery);
  add(found, `${at}/event`, trigger.event, delivery);
  expression(found, `${at}/challenge/when`, trigger.challenge?.when, delivery);
  add(found, `${at}/challenge/body`, trigger.challenge?.body, delivery);
}

/** Choices and shapes that an operation gives, anywhere in a form. */
function sources(contract: Contract, schema: JsonSchemaObject, at: string, scope: ScopeSchemas, found: ComputedValue[]): void {
  add(found, `${at}/x-options/with`, schema["x-options"]?.with, scope);
  const fields = schema["x-fields"];
  add(found, `${at}/x-fields/with`, fields?.with, scope);
  if (fields !== undefined)
    add(found, `${at}/x-fields/schema`, fields.schema, { output: outputOf(contract, fields.operation) ?? true });
  for (const [path, child] of subSchemas(schema, at)) sources(contract, child, path, scope, found);
}

function follow(found: ComputedValue[], at: string, call: FollowUp | undefined, scope: ScopeSchemas): void {
  add(found, `${at}/with`, call?.with, scope);
}

function add(found: ComputedValue[], path: string, value: Value | CelValue | undefined, scope: ScopeSchemas): void {
  if (typeof value === "object" && value !== null)
    found.push({ path, given: { value: "$cel" in value ? { ...value } : value }, scope });
}

function expression(found: ComputedValue[], path: string, text: string | undefined, scope: ScopeSchemas): void {
  if (text !== undefined) found.push({ path, given: { expression: text }, scope });
}

function settingsOf({ settings }: Contract): JsonSchema {
  return settings ?? { type: "object", properties: {}, additionalProperties: false };
}

function outputOf(contract: Contract, name: string): JsonSchemaObject | undefined {
  const operation = Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
  return operation?.output;
}
