import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SHIPPED = join(import.meta.dirname, "..", "..", "telemetry");

/** A query of PromQL, and where it stands. */
export interface Query {
  readonly where: string;
  readonly text: string;
}

/** A dashboard as Grafana keeps it, as far as the tests look. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: unknown }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly datasource: { readonly uid: string };
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
  }[];
}

/** All dashboards, by file. */
export function dashboards(): ReadonlyMap<string, Dashboard> {
  const folder = join(SHIPPED, "grafana");
  return new Map(readdirSync(folder).map((file) => [file, JSON.parse(readFileSync(join(folder, file), "utf8")) as Dashboard]));
}

/** Rules of both files: what they are called, and what they ask. */
export function rules(): readonly { readonly kind: "record" | "alert"; readonly name: string; readonly query: Query }[] {
  const folder = join(SHIPPED, "prometheus");
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    const found = text.matchAll(/- (record|alert): (\S+)\n +expr: (?:\|\n((?: {10}.*\n)+)|(.+)\n)/g);
    return [...found].map(([, kind, name = "", block, line]) => ({
      kind: kind as "record" | "alert",
      name,
      query: { where: `${file} ${name}`, text: block ?? line ?? "" },
    }));
  });
}

/** Every query that is shipped: of rules, panels and variables. */
export function queries(): readonly Query[] {
  const shown = [...dashboards()].flatMap(([file, { panels, templating }]) => [
    ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: `${file} ${title}`, text: expr }))),
    ...templating.list.flatMap(({ name, query }) =>
      typeof query === "object" && query !== null && "query" in query
        ? [{ where: `${file} ${name}`, text: String(query.query) }]
        : [],
    ),
  ]);
  return [...rules().map(({ query }) => query), ...shown];
}

/** Names of metrics, and of labels, that a query asks for. */
export function namesIn(query: string): { readonly metrics: readonly string[]; readonly labels: readonly string[] } {
  const labels: string[] = [];
  const metrics = new Set<string>();
  const rest = query
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\{([^}]*)\}/g, (_, matchers: string) => {
      for (const [, label = ""] of matchers.matchAll(/([A-Za-z_][A-Za-z0-9_]*)\s*(?:=~|!~|!=|=)/g)) labels.push(label);
      return "";
    })
    .replaceAll(/\b(?:by|without)\s*\(([^)]*)\)/g, (_, list: string) => {
      labels.push(...list.split(",").map((label) => label.trim()));
      return "";
    })
    .replaceAll(/label_values\((\w+), (\w+)\)/g, (_, metric: string, label: string) => {
      labels.push(label);
      metrics.add(metric);
      return "";
    })
    .replaceAll(/\[[^\]]*\]|\boffset\s+\w+/g, "");
  for (const [name] of rest.matchAll(/(?<![\w:.])[A-Za-z_:][\w:]*(?![\w:]|\s*\()/g)) if (!KEYWORDS.has(name)) metrics.add(name);
  return { metrics: [...metrics], labels };
}

const KEYWORDS = new Set(["and", "or", "unless"]);
