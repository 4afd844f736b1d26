import type { Contract, HttpRequest, JsonSchemaObject, Operation } from "@mortise/contract";
import { codeWords } from "./code-words.ts";
import { fieldTable, type LinkToSchema, typeWords } from "./field-table.ts";
import { budgetWords, deliveryWords, effectWords, repeatSentence, retrySentence } from "./limit-words.ts";
import { itemOutcomeTable, outcomeTable } from "./outcome-table.ts";
import { code, inline, paragraphs, prose } from "./prose.ts";
import { type LinkTo, readingWords } from "./reading-words.ts";

/** Where a page links to. */
export interface Links {
  readonly operation: LinkTo;
  readonly schema: LinkToSchema;
}

/** Everything that people ask about one operation. */
export function operationSection(contract: Contract, name: string, operation: Operation, links: Links): string {
  return paragraphs([
    `### ${name}`,
    notice(operation, links),
    `**${inline(operation.title).replaceAll("*", "\\*")}**`,
    operation.description === undefined ? "" : prose(operation.description),
    facts(contract, operation, links)
      .map(([what, said]) => `- **${what}:** ${said}`)
      .join("\n"),
    shape("Input", operation.input, links.schema),
    shape("Output", operation.output, links.schema),
    operation.outcomes.length === 0 ? "" : `Outcomes:\n\n${outcomeTable(operation.outcomes)}`,
    operation.itemOutcomes === undefined ? "" : itemOutcomeTable(operation.itemOutcomes),
  ]);
}

/** A schema as a table of its fields, or in a word where it has none. */
export function shape(title: string, schema: JsonSchemaObject, link: LinkToSchema): string {
  const fields = fieldTable(schema, link);
  const words = typeWords(schema, { own: schema.$defs ?? {}, link });
  if (fields === "") return `${title}: ${words === "object" && title === "Input" ? "none" : words}`;
  return `${title}${words === "object" || words === "any" ? "" : ` (${words})`}:\n\n${fields}`;
}

function notice({ deprecated, lifecycle }: Operation, links: Links): string {
  const parts = [
    ...(deprecated === undefined ? [] : [`Deprecated: ${prose(deprecated)}`]),
    ...(lifecycle === undefined || lifecycle.stage === "stable" || (lifecycle.stage === "deprecated" && deprecated !== undefined)
      ? []
      : [`Stage: ${lifecycle.stage}.`]),
    ...(lifecycle?.sunset === undefined ? [] : [`It may go after ${lifecycle.sunset}.`]),
    ...(lifecycle?.replacement === undefined ? [] : [`Use ${links.operation(lifecycle.replacement)} instead.`]),
  ];
  return parts.length === 0 ? "" : `> ${parts.join(" ")}`;
}

type Fact = readonly [what: string, said: string];

function facts(contract: Contract, operation: Operation, links: Links): readonly Fact[] {
  const { effect, idempotency, reversible, compensate, probe, scopes, auth, budget, cost, lifecycle, serviceLevel, identity } =
    operation;
  const undone =
    compensate === undefined
      ? reversible === undefined || effect === "read"
        ? ""
        : reversible
          ? "; it can be undone"
          : "; it cannot be undone"
      : `; ${links.operation(compensate.operation)} undoes it`;
  const limit = budget === undefined ? undefined : contract.budgets[budget];
  return [
    ["Effect", `${effectWords(effect)}${undone}.`],
    [
      "Repeating it",
      `${repeatSentence(idempotency)}${probe === undefined ? "" : ` ${links.operation(probe.operation)} finds out whether it was done.`}`,
    ],
    ["Delivery", `${deliveryWords(operation)}.`],
    ...when(scopes.length > 0, "Scopes", scopes.map(code).join(", ")),
    ...when(auth !== undefined, "Sign-in", auth?.length === 0 ? "none is needed or sent." : (auth ?? []).map(code).join(" or ")),
    ...when(
      limit !== undefined,
      "Limit",
      `${code(budget ?? "")}: ${limit && budgetWords(limit)}${cost === undefined ? "" : `; one attempt counts ${cost} times`}.`,
    ),
    ["Tries", retrySentence(operation)],
    ...bodyFact(operation),
    ...readingWords(operation, links.operation),
    ...when(identity.length > 0, "Identity", `${identity.map(code).join(", ")} of an item.`),
    ...when(serviceLevel !== undefined, "Service level", serviceLevelWords(serviceLevel)),
    ...when(lifecycle?.since !== undefined, "Since", `version ${lifecycle?.since}`),
    ...(operation.review ?? []).map(({ about, message }): Fact => ["To be confirmed", `${code(about)}: ${inline(message)}`]),
  ];
}

function when(holds: boolean, what: string, said: string): readonly Fact[] {
  return holds ? [[what, said]] : [];
}

function bodyFact({ request, native, code: sandboxed }: Operation): readonly Fact[] {
  if (request !== undefined) return [["Request", requestWords(request)]];
  if (native !== undefined) return [["Runs native code", prose(native.reason)]];
  return sandboxed === undefined ? [] : [["Runs code", codeWords(sandboxed)]];
}

/** Longer expressions say less than their name. */
const LONGEST_URL = 160;

function requestWords({ method, url }: HttpRequest): string {
  const computed = url as { readonly $text?: string; readonly $cel?: string };
  const text = typeof url === "string" ? url : (computed.$text ?? computed.$cel ?? "");
  return text === "" || text.length > LONGEST_URL ? `${code(method)} to a computed address` : code(`${method} ${text}`);
}

function serviceLevelWords(level: Operation["serviceLevel"]): string {
  const parts = [
    ...(level?.availability === undefined ? [] : [`available ${level.availability * 100} %`]),
    ...(level?.p50Ms === undefined ? [] : [`half of the calls within ${level.p50Ms} ms`]),
    ...(level?.p99Ms === undefined ? [] : [`99 of 100 within ${level.p99Ms} ms`]),
    ...(level?.source === undefined ? [] : [`source: ${inline(level.source)}`]),
  ];
  return parts.join(", ");
}
