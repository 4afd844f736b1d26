import type { Json, JsonObject } from "@mortise/contract";
import type { Trigger, WorkflowNode } from "../../model/document.ts";
import { asList, asObject } from "../../model/loose.ts";
import { toDoNode } from "../imported-workflow.ts";
import { translateConditions } from "./n8n-conditions.ts";
import type { N8nNode } from "./n8n-document.ts";
import { type DataPlaces, translate } from "./n8n-expression.ts";

/** What a node becomes. */
export interface MappedNode {
  readonly node: WorkflowNode;
  readonly toDo: readonly string[];
  /** Ways out by the number of n8n's output. Absent: one, which everything leaves by. */
  readonly outlets?: readonly string[];
  /** Its output is what came in. */
  readonly passesThrough?: true;
  /** Where in the output of the step n8n's data is, such as `body`. */
  readonly data?: string;
}

type Mapper = (node: N8nNode, places: DataPlaces) => MappedNode;

/** Nodes that start a workflow. */
export function triggerOf({
  type,
  parameters,
}: N8nNode): { readonly trigger: Trigger; readonly toDo: readonly string[] } | undefined {
  switch (type) {
    case "manualTrigger":
    case "start":
    case "executeWorkflowTrigger":
      return { trigger: { use: "manual" }, toDo: [] };
    case "webhook": {
      const path =
        typeof parameters.path === "string" ? parameters.path.replace(/[^A-Za-z0-9_/-]/g, "-").replace(/^\/+|\/+$/g, "") : "";
      const toDo = ["Say what the payload looks like (schema), and how its sender is known."];
      return { trigger: { use: "webhook", ...(path === "" ? {} : { with: { path } }) }, toDo };
    }
    case "scheduleTrigger":
    case "cron": {
      const cron = cronOf(parameters);
      const toDo = cron === undefined ? ["The schedule could not be read: say when it starts."] : [];
      return { trigger: { use: "schedule", with: { cron: cron ?? "0 9 * * *" } }, toDo };
    }
    default:
      return /trigger$/i.test(type)
        ? { trigger: { use: "manual" }, toDo: [`Nothing here starts on ${type}: choose a trigger.`] }
        : undefined;
  }
}

function cronOf(parameters: { readonly [key: string]: unknown }): string | undefined {
  const [interval] = asList(asObject(parameters.rule).interval).map(asObject);
  const [item] = asList(asObject(parameters.triggerTimes).item).map(asObject);
  if (typeof interval?.expression === "string") return interval.expression.replace(/^=/, "");
  if (typeof item?.cronExpression === "string") return item.cronExpression;
  const of = (key: string, absent: number) => (typeof interval?.[key] === "number" ? (interval[key] as number) : absent);
  const minute = of("triggerAtMinute", 0);
  switch (interval?.field) {
    case "minutes":
      return `*/${of("minutesInterval", 5)} * * * *`;
    case "hours":
      return `${minute} */${of("hoursInterval", 1)} * * *`;
    case "days":
      return `${minute} ${of("triggerAtHour", 0)} * * *`;
    case "weeks":
      return `${minute} ${of("triggerAtHour", 0)} * * ${asList(interval.triggerAtDay).join(",") || "1"}`;
    case "months":
      return `${minute} ${of("triggerAtHour", 0)} ${of("triggerAtDayOfMonth", 1)} * *`;
    default:
      return undefined;
  }
}

const METHODS: { readonly [method: string]: string } = {
  GET: "get",
  HEAD: "head",
  POST: "post",
  PUT: "put",
  PATCH: "patch",
  DELETE: "delete",
};

const MAPPERS: { readonly [type: string]: Mapper } = {
  httpRequest: ({ parameters, credentials }, places) => {
    const method = String(parameters.method ?? parameters.requestMethod ?? "GET").toUpperCase();
    const url = translate(parameters.url ?? "", places);
    const query = pairs(parameters.queryParameters ?? parameters.queryParametersUi, places);
    const headers = pairs(parameters.headerParameters ?? parameters.headerParametersUi, places);
    const body = bodyOf(parameters, places);
    const hasBody = body.value !== undefined && !["GET", "HEAD", "DELETE"].includes(method);
    const isSecret = credentials.length > 0 || parameters.authentication !== undefined;
    const input: JsonObject = {
      url: url.value,
      ...(Object.keys(query.value).length > 0 ? { query: query.value } : {}),
      ...(Object.keys(headers.value).length > 0 ? { headers: headers.value } : {}),
      ...(hasBody && body.value !== undefined ? { body: body.value } : {}),
    };
    return {
      node: { use: `http/${METHODS[method] ?? "get"}`, with: input },
      data: "body",
      toDo: [
        ...url.toDo,
        ...query.toDo,
        ...headers.toDo,
        ...(hasBody ? body.toDo : []),
        ...(METHODS[method] === undefined ? [`The method ${method} has no counterpart.`] : []),
        ...(isSecret && parameters.authentication !== "none" ? ["Choose a connection with its credential."] : []),
        ...(parameters.options && asObject(asObject(parameters.options).pagination).pagination
          ? ["Pages are not taken over."]
          : []),
      ],
    };
  },

  set: ({ parameters }, places) => {
    const assignments = asList(asObject(parameters.assignments).assignments).map(asObject);
    const old = Object.values(asObject(parameters.values)).flatMap(asList).map(asObject);
    const all = [...assignments, ...old].map(({ name, value }) => [String(name), translate(value, places)] as const);
    const fields = Object.fromEntries(all.map(([name, { value }]) => [name, value]));
    const dotted = all.filter(([name]) => name.includes(".")).map(([name]) => `"${name}" is one field here, not a path.`);
    const raw = typeof parameters.jsonOutput === "string" ? ["The JSON that was typed in is to do."] : [];
    const keeps = parameters.includeOtherFields === true || (parameters.keepOnlySet !== true && old.length > 0);
    const on: JsonObject = keeps && places.incoming !== undefined ? { on: { $cel: places.incoming } } : {};
    return {
      node: { use: "core/set", with: { ...on, fields } },
      toDo: [...all.flatMap(([, { toDo }]) => toDo), ...dotted, ...raw],
    };
  },

  if: ({ parameters }, places) => {
    const { cel, toDo } = translateConditions(parameters, places);
    return {
      node: { use: "core/branch", with: { cases: { yes: { $cel: cel } } } },
      toDo,
      outlets: ["yes", "else"],
      passesThrough: true,
    };
  },

  filter: ({ parameters }, places) => {
    const { cel, toDo } = translateConditions(parameters, places);
    return {
      node: { use: "core/branch", with: { cases: { kept: { $cel: cel } } } },
      toDo: [...toDo, "n8n filters item by item: of a list, use the step Filter."],
      outlets: ["kept"],
      passesThrough: true,
    };
  },

  switch: ({ parameters }, places) => {
    const rules = asList(asObject(parameters.rules).values ?? asObject(parameters.rules).rules).map(asObject);
    const value = translate(parameters.value1 ?? null, places);
    const cases = rules.map((rule, index) => {
      if (rule.conditions !== undefined) return { name: `case${index + 1}`, ...translateConditions(rule, places) };
      const left =
        typeof value.value === "object" && value.value !== null && "$cel" in value.value ? String(value.value.$cel) : "";
      const right = JSON.stringify(rule.value2 ?? rule.value ?? null);
      return left === ""
        ? { name: `case${index + 1}`, cel: "false", toDo: ["The value is not an expression that could be read."] }
        : { name: `case${index + 1}`, cel: `${left} == ${right}`, toDo: [] };
    });
    return {
      node: { use: "core/branch", with: { cases: Object.fromEntries(cases.map(({ name, cel }) => [name, { $cel: cel }])) } },
      toDo: [...value.toDo, ...cases.flatMap(({ toDo }) => toDo)],
      outlets: [...cases.map(({ name }) => name), "else"],
      passesThrough: true,
    };
  },

  wait: ({ parameters }, places): MappedNode => {
    if (parameters.resume === "webhook" || parameters.resume === "form")
      return {
        node: toDoNode("it waits for a call: use the step that waits for a callback or a form"),
        toDo: ["It waits for a call."],
      };
    if (parameters.resume === "specificTime") {
      const until = translate(parameters.dateTime ?? "", places);
      return { node: { use: "core/wait", with: { until: until.value } }, toDo: until.toDo, passesThrough: true };
    }
    const unit = { seconds: "s", minutes: "m", hours: "h", days: "d" }[String(parameters.unit ?? "hours")] ?? "h";
    return {
      node: { use: "core/wait", with: { for: `${Number(parameters.amount ?? 1)}${unit}` } },
      toDo: [],
      passesThrough: true,
    };
  },

  noOp: () => ({ node: { use: "core/map", with: { value: null } }, toDo: [], passesThrough: true }),

  stopAndError: ({ parameters }, places) => {
    const message = translate(parameters.errorMessage ?? "The workflow was stopped.", places);
    return { node: { use: "core/fail", with: { message: message.value } }, toDo: message.toDo };
  },

  respondToWebhook: ({ parameters }, places) => {
    const body = translate(parameters.responseBody ?? { ok: true }, places);
    const status = asObject(parameters.options).responseCode;
    const code: JsonObject = typeof status === "number" ? { status } : {};
    return { node: { use: "core/respond", with: { ...code, body: body.value } }, toDo: body.toDo, passesThrough: true };
  },

  emailSend: ({ parameters }, places) => {
    const { toEmail, subject = "", text, html, message } = parameters;
    const of = (value: unknown) => translate(value, places);
    const parts = {
      to: of(toEmail ?? ""),
      subject: of(subject),
      ...(html ? { html: of(html) } : { text: of(text ?? message ?? "") }),
    };
    const values = Object.fromEntries(Object.entries(parts).map(([key, { value }]) => [key, value]));
    const toDo = Object.values(parts).flatMap((each) => each.toDo);
    return { node: { use: "smtp/sendMail", with: values }, toDo: [...toDo, "Choose a connection to the mail server."] };
  },

  merge: () => ({
    node: { use: "core/map", with: { value: null } },
    toDo: ["It waits for both sides; how their data is put together is to do: see the step Merge."],
  }),
};

const CODE = new Set(["code", "function", "functionItem"]);
/** Notes on the canvas. */
const DRAWN = new Set(["stickyNote"]);

/** The step that a node becomes; undefined for what is only drawn. */
export function mapNode(node: N8nNode, places: DataPlaces): MappedNode | undefined {
  if (DRAWN.has(node.type)) return undefined;
  const mapper = Object.hasOwn(MAPPERS, node.type) ? MAPPERS[node.type] : undefined;
  if (mapper) return mapper(node, places);
  if (CODE.has(node.type)) {
    const what = "its JavaScript knows n8n's items: write it anew as expressions, or in the step Code";
    return { node: toDoNode(what), toDo: [`${what[0]?.toUpperCase()}${what.slice(1)}.`] };
  }
  const what = `there is no counterpart of n8n's ${node.type}: call the system by a connector, or by HTTP`;
  return { node: toDoNode(what), toDo: [`There is no counterpart of ${node.type}.`] };
}

function pairs(
  value: unknown,
  places: DataPlaces,
): { readonly value: { readonly [name: string]: Json }; readonly toDo: readonly string[] } {
  const list = [...asList(asObject(value).parameters), ...asList(asObject(value).parameter)].map(asObject);
  const all = list.map(({ name, value: given }) => [String(name), translate(given, places)] as const);
  return { value: Object.fromEntries(all.map(([name, each]) => [name, each.value])), toDo: all.flatMap(([, { toDo }]) => toDo) };
}

function bodyOf(
  parameters: { readonly [key: string]: unknown },
  places: DataPlaces,
): { readonly value: Json | undefined; readonly toDo: readonly string[] } {
  const listed = pairs(parameters.bodyParameters ?? parameters.bodyParametersUi, places);
  if (Object.keys(listed.value).length > 0) return listed;
  const text = parameters.jsonBody ?? parameters.body ?? parameters.bodyParametersJson;
  if (typeof text !== "string") return { value: undefined, toDo: [] };
  if (!text.startsWith("=")) {
    try {
      return { value: JSON.parse(text) as Json, toDo: [] };
    } catch {
      return { value: text, toDo: ["The body is no JSON."] };
    }
  }
  const { value, toDo } = translate(text, places);
  const isWhole = typeof value === "object" && value !== null && "$cel" in value;
  return { value, toDo: isWhole ? toDo : [...toDo, "The body is a text with holes: write it as an object."] };
}
