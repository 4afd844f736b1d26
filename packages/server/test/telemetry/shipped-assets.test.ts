// Pins: a dashboard or an alert that asks for a metric or label which nothing emits, and so is silent for ever; a metric that nobody looks at;
// a dashboard that Grafana cannot load into another data source; an alert without a word on what to do.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LABELS, METRICS, type MetricSpec, prometheusName } from "@mortise/runtime";
import { describe, expect, test } from "vitest";
import { PROCESS_METRICS, type ProcessMetric } from "../../src/telemetry/observe-process.ts";
import { dashboards, namesIn, queries, rules } from "./queries.ts";

const CATALOGUE = new Map<string, MetricSpec | ProcessMetric>(
  [...Object.entries(METRICS), ...Object.entries(PROCESS_METRICS)].flatMap(([name, spec]) => {
    const shown = prometheusName(name, spec);
    return spec.kind === "histogram"
      ? ["_bucket", "_count", "_sum"].map((suffix) => [`${shown}${suffix}`, spec] as const)
      : [[shown, spec] as const];
  }),
);
const RECORDED = new Set(rules().flatMap(({ kind, name }) => (kind === "record" ? [name] : [])));
/** What Prometheus itself and the resource's own series bring. */
const GIVEN = new Set(["ALERTS", "target_info"]);
const GIVEN_LABELS = new Set([
  ...["instance", "job", "le", "__name__"],
  ...["alertname", "alertstate", "service_name", "otel_metric_overflow"],
]);

describe("queries", () => {
  test.each(queries().map(({ where, text }) => [where, text]))("%s asks for what there is", (_, text) => {
    const { metrics, labels } = namesIn(text);
    expect(metrics.filter((name) => !CATALOGUE.has(name) && !RECORDED.has(name) && !GIVEN.has(name))).toEqual([]);
    expect(labels.filter((label) => !(label in LABELS) && !GIVEN_LABELS.has(label))).toEqual([]);
    const [only, ...others] = metrics.filter((name) => !GIVEN.has(name));
    if (only === undefined || others.length > 0) return;
    const own = CATALOGUE.get(only)?.labels ?? ["connector"];
    expect(labels.filter((label) => !own.some((name) => name === label) && !GIVEN_LABELS.has(label))).toEqual([]);
  });

  test("are read right: a name that does not exist, and a label that a metric has not, are found", () => {
    expect(namesIn('sum by (tenant) (rate(mortise_call_total{connector=~"a|b"}[5m])) > 0.05 * x:y:z1h offset 5m')).toEqual({
      metrics: ["mortise_call_total", "x:y:z1h"],
      labels: ["connector", "tenant"],
    });
  });

  test("use every metric of the catalogue somewhere", () => {
    const used = new Set(queries().flatMap(({ text }) => namesIn(text).metrics));
    const unused = [...Object.entries(METRICS), ...Object.entries(PROCESS_METRICS)].filter(([name, spec]) => {
      const shown = prometheusName(name, spec);
      return !used.has(shown) && !used.has(`${shown}_bucket`);
    });
    expect(unused.map(([name]) => name)).toEqual([]);
  });
});

describe.each([...dashboards()])("the dashboard %s", (file, { uid, schemaVersion, templating, panels }) => {
  test("goes into any Grafana, and takes its data from the source that is chosen there", () => {
    expect(file).toBe(`${uid}.json`);
    expect(schemaVersion).toBeGreaterThanOrEqual(36);
    expect(templating.list[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    const sources = panels.flatMap(({ datasource, targets }) => [datasource, ...targets.map((target) => target.datasource)]);
    expect(new Set(sources.map((source) => source.uid))).toEqual(new Set([`\${datasource}`]));
  });

  test("has panels that are told apart and do not lie on each other", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

test("of every alert the docs say what to do", () => {
  const docs = readFileSync(join(import.meta.dirname, "..", "..", "..", "..", "docs", "telemetry.md"), "utf8");
  const alerts = rules().flatMap(({ kind, name }) => (kind === "alert" ? [name] : []));
  expect(alerts.length).toBeGreaterThan(20);
  for (const name of alerts)
    expect(docs, name).toMatch(new RegExp(`<a id="${name.toLowerCase()}"></a>\`${name}\`.*\\|.{20,}\\|`));
});
