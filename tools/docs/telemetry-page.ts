import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CATALOGUE, type ErrorCode } from "@mortise/contract";
import {
  ATTRIBUTES,
  ATTRIBUTIONS,
  type AttributeSpec,
  type Attribution,
  attributionOf,
  BAGGAGE,
  LABELS,
  LOG_EVENTS,
  METRICS,
  type MetricSpec,
  outcomeOf,
  prometheusName,
  SEMANTIC_ATTRIBUTES,
  SPANS,
} from "@mortise/runtime";
import { PROCESS_METRICS, type ProcessMetric } from "@mortise/server/process-metrics";
import { page } from "./page.ts";

const SHIPPED = join("packages", "server", "telemetry");

const MEANS: { readonly [attribution in Attribution]: string } = {
  ok: "The call did what it was asked for.",
  caller_error: "The input, the workflow, a setting of the connection or its credential; also a call that was cancelled.",
  vendor_error: "The other system, or the connector that speaks to it: sick, throttling, drifted, too slow.",
  platform_error: "This deployment: its database, its vault, a mistake of Mortise.",
  policy_denied: "A rule of the deployment or of the connection's owner forbids it.",
  shed: "Turned away unsent, as there was too much to do.",
  unknown: "A write was sent and no answer came.",
};

/** `docs/telemetry.md`: every name that Mortise emits, from its catalogue, and every alert, from the rules themselves. */
export function telemetryPage(root: string): string {
  const text = readFileSync(join(root, "tools", "docs", "telemetry-text.md"), "utf8");
  const parts = text.trim().split(/^<!-- (\w+) -->$/m);
  return page(
    "Telemetry",
    parts.map((part, index) => (index % 2 === 0 ? part.trim() : tableOf(part, root))),
  );
}

function tableOf(name: string, root: string): string {
  if (name === "attribution") return attributionTable();
  if (name === "metrics") return metricsTable();
  if (name === "spans") return spansTable();
  if (name === "logs")
    return table(
      ["event", "when"],
      Object.entries(LOG_EVENTS).map(([event, when]) => [code(event), when]),
    );
  if (name === "baggage") return BAGGAGE.map(code).join(" and ");
  if (name === "alerts") return alertsTable(root);
  throw new Error(`The page has no table ${name}.`);
}

function attributionTable(): string {
  const rows = ATTRIBUTIONS.map((attribution) => [code(attribution), MEANS[attribution], codesOf(attribution)]);
  return table(["attribution", "whose doing", "codes"], rows);
}

/** Codes that a call can end with; those of documents and releases are found before. */
function codesOf(attribution: Attribution): string {
  if (attribution === "ok") return "";
  if (attribution === "caller_error") return "all others";
  const codes = (Object.keys(CATALOGUE) as ErrorCode[]).filter((each) => attributionOf(outcomeOf(each), each) === attribution);
  const ofCalls = codes.filter((each) => attribution !== "vendor_error" || CATALOGUE[each].category !== "config");
  return ofCalls.map((each) => `[${each}](errors.md#${each})`).join(", ");
}

function metricsTable(): string {
  const metrics: readonly (readonly [string, MetricSpec | ProcessMetric])[] = [
    ...Object.entries(METRICS),
    ...Object.entries(PROCESS_METRICS),
  ];
  const rows = metrics.map(([name, spec]) => [
    code(name),
    code(prometheusName(name, spec)),
    `${spec.kind}, ${code(spec.unit)}`,
    spec.labels.map(code).join(", "),
    spec.help,
  ]);
  const { buckets = [] } = METRICS["mortise.call.duration"];
  return [
    table(["metric", "in Prometheus", "kind, unit", "labels", "what"], rows),
    `Buckets of histograms, in seconds: ${buckets.join(", ")}.`,
    table(
      ["label", "what"],
      Object.entries(LABELS).map(([name, what]) => [code(name), what]),
    ),
  ].join("\n\n");
}

function spansTable(): string {
  const attributes = Object.entries(ATTRIBUTES) as [string, AttributeSpec][];
  const short = (on: readonly string[]): string => on.map((each) => each.replace("mortise.", "")).join(", ");
  return [
    table(
      ["span", "kind", "what"],
      Object.entries(SPANS).map(([name, { kind, help }]) => [code(name), kind, help]),
    ),
    table(
      ["attribute", "on", "what"],
      [
        ...attributes.map(([name, { on, help }]) => [code(name), short(on), help]),
        ...Object.entries(SEMANTIC_ATTRIBUTES).map(([name, on]) => [
          code(name),
          short(on),
          "As the semantic conventions of OpenTelemetry have it.",
        ]),
      ],
    ),
  ].join("\n\n");
}

function alertsTable(root: string): string {
  const rules = readFileSync(join(root, SHIPPED, "prometheus", "mortise-alerts.rules.yml"), "utf8");
  const found = rules.matchAll(/- alert: (\S+)\n[\s\S]*?severity: (\w+)[\s\S]*?summary: '(.*)'[\s\S]*?action: '(.*)'/g);
  const rows = [...found].map(([, name = "", severity = "", summary = "", action = ""]) => [
    `<a id="${name.toLowerCase()}"></a>${code(name)}`,
    severity,
    summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, "_$1_"),
    action,
  ]);
  return table(["alert", "", "says", "what to do"], rows);
}

const code = (text: string): string => `\`${text}\``;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}
