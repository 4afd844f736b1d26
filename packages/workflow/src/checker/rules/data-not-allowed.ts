import type { DataClass, Diagnostic } from "@mortise/contract";
import type { DataRule } from "../data-policy.ts";
import { allFlows, type Flow } from "../flows/flow-tree.ts";
import { type FlowSink, followFlows } from "../flows/follow-flows.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** Data goes only where the policy lets its class go, field by field, told with the way that it takes. */
export const dataNotAllowed: WorkflowRule = {
  code: "DATA_NOT_ALLOWED",
  check: (facts) => {
    const rules = facts.policy.rules ?? [];
    if (rules.length === 0) return [];
    const classes = new Set<DataClass>(rules.flatMap((rule) => rule.classes));
    const sinks = followFlows(facts, classes);
    return rules.flatMap((rule) => sinks.filter((sink) => concerns(rule, sink)).flatMap((sink) => violations(rule, sink)));
  },
};

/** Whether a rule is about a place. */
function concerns(rule: DataRule, { kind, connector = "", region }: FlowSink): boolean {
  if (!(rule.to ?? ["connector"]).includes(kind)) return false;
  if (kind !== "connector") return true;
  if (rule.except?.includes(connector) || (rule.connectors && !rule.connectors.includes(connector))) return false;
  return rule.regions === undefined || region === undefined || !rule.regions.includes(region);
}

function violations(rule: DataRule, sink: FlowSink): readonly Diagnostic[] {
  const flows = allFlows(sink.flows).filter(
    ({ source }) => rule.classes.includes(source.class) && (rule.from?.includes(source.system) ?? true),
  );
  return flows.map((flow) => {
    const target =
      sink.kind === "connector" ? `${sink.connector}${sink.region === undefined ? "" : ` (${sink.region})`}` : PLACES[sink.kind];
    const data = flow.source.class === "unknown" ? "data whose class nobody has declared" : `${flow.source.class} data`;
    const message = `${sentence(data)} goes to ${target}, which "${rule.name}" does not allow: ${witness(flow)}.`;
    const title = "Leave the field out, mask it on the way, or have the policy changed.";
    return finding("DATA_NOT_ALLOWED", rule.effect === "deny" ? "error" : "warning", sink.path, message, { title });
  });
}

const PLACES: { readonly [kind in Exclude<FlowSink["kind"], "connector">]: string } = {
  answer: "whoever started the run",
  error: "the text of an error",
  event: "an event",
  history: "the kept data of the run",
  log: "the log",
  metric: "a metric",
  person: "a person",
};

/** From the source to the sink: each place that the data is at. */
function witness(flow: Flow): string {
  const places: string[] = [];
  for (let at: Flow | undefined = flow; at !== undefined; at = at.before) if (places[0] !== at.place) places.unshift(at.place);
  return (places[0] === flow.source.field ? places : [flow.source.field, ...places]).join(" → ");
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
