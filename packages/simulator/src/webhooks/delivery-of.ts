import { compileExpression, compileValue } from "@mortise/builders";
import type { Contract, Json, JsonObject, Trigger, WebhookTrigger } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { assign, setAt } from "../assign.ts";
import { invertValue, isList, isObject } from "../invert-value.ts";
import { holds } from "../success-of.ts";

/** What a delivery says, before it is signed. */
export interface DeliveryContent {
  readonly body: Json;
  readonly headers: { readonly [name: string]: string };
}

/** A sample of a trigger's event, with fields of the given one that fit. */
export function sampleEvent({ schemas }: Contract, trigger: Trigger, seed: string, fields: JsonObject = {}): Json | undefined {
  const definitions = schemas === undefined ? {} : { definitions: schemas };
  const validate = compileSchema(trigger.output, schemas === undefined ? {} : { schemas });
  const sample = sampleOf(trigger.output, { seed, ...definitions });
  if (!isObject(sample)) return sample;
  let made: JsonObject = sample;
  for (const [name, value] of Object.entries(fields)) {
    const next = { ...made, [name]: value };
    if (Object.hasOwn(sample, name) && validate(next).ok) made = next;
  }
  return made;
}

/**
 * A delivery that the trigger reads as an event: its `event` read backwards, with what its `when` asks for. Undefined where the contract's
 * expressions cannot be read backwards.
 */
export function deliveryOf(trigger: Extract<Trigger, WebhookTrigger>, event: Json): DeliveryContent | undefined {
  const inverted = trigger.event === undefined ? undefined : invertValue(trigger.event);
  const evaluate = trigger.event === undefined ? undefined : compileValue(trigger.event);
  const wanted = trigger.when === undefined ? undefined : compileExpression(trigger.when);
  for (const seen of [event, [event]]) {
    const made = inverted === undefined ? [] : inverted.solve(seen);
    const body = inverted === undefined ? event : (assign(made, "body") ?? {});
    const headers = textsOf(assign(made, "headers"));
    const candidates: readonly DeliveryContent[] = [
      { body, headers },
      ...wishes(trigger.when ?? "", { body, headers }),
      ...examplesOf(trigger, body),
    ];
    for (const each of candidates) {
      const scope = { headers: each.headers, query: {}, body: each.body };
      if (wanted !== undefined && !holds(() => wanted.evaluate(scope) === true)) continue;
      if (evaluate === undefined || holds(() => isSame(evaluate.evaluate(scope), event))) return each;
    }
  }
  return undefined;
}

function isSame(found: Json, event: Json): boolean {
  const [only] = isList(found) ? found : [found];
  return JSON.stringify(sorted(only ?? null)) === JSON.stringify(sorted(event));
}

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

const EQUALS = /(body|headers)((?:\.\??[A-Za-z_]\w*|\["[^"]*"\])+)\s*==\s*("[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false)/g;
const STARTS = /(body|headers)((?:\.\??[A-Za-z_]\w*|\["[^"]*"\])+)\.startsWith\(\s*("[^"]*"|'[^']*')\s*\)/g;
const AMONG = /(body|headers)((?:\.\??[A-Za-z_]\w*|\["[^"]*"\])+)\s+in\s+\[\s*("[^"]*"|'[^']*')/g;

/** A delivery in which what `when` compares is as it wants it, as far as its text tells: one comparison after the other, and all of them. */
function wishes(when: string, start: DeliveryContent): readonly DeliveryContent[] {
  const found = [EQUALS, STARTS, AMONG].flatMap((pattern) => [...when.matchAll(pattern)]);
  const made = found.map(([, root = "", path = "", literal = ""]) => {
    const value = literal.startsWith("'") ? literal.slice(1, -1) : (JSON.parse(literal) as Json);
    const place = [...path.matchAll(/\.\??([A-Za-z_]\w*)|\["([^"]*)"\]/g)].map(([, name, quoted]) => name ?? quoted ?? "");
    return (content: DeliveryContent): DeliveryContent =>
      root === "body"
        ? { ...content, body: setAt(content.body, place, value) }
        : { ...content, headers: { ...content.headers, [(place[0] ?? "").toLowerCase()]: String(value) } };
  });
  const all = made.reduce((content, wish) => wish(content), start);
  return [all, ...made.map((wish) => wish(start))];
}

function examplesOf({ examples }: Trigger, body: Json): readonly DeliveryContent[] {
  return examples.flatMap(({ response }) =>
    response?.body === undefined || !isObject(response.body) || !isObject(body)
      ? []
      : [{ body: { ...response.body, ...body }, headers: response.headers ?? {} }],
  );
}

const textsOf = (value: Json | undefined): { readonly [name: string]: string } =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toLowerCase(), String(each)])) : {};
