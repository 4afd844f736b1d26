import type { Diagnostic } from "@mortise/contract";

/** What a deployment says about its telemetry. */
export interface TelemetrySettings {
  /** Base URL of an OTLP/HTTP receiver for spans, metrics and log records. `OTEL_EXPORTER_OTLP_ENDPOINT` goes before it. Absent: nothing is sent. */
  readonly otlpEndpoint?: string;
  /** Resource attribute `deployment.environment.name`, e.g. `prod`. Absent: none. */
  readonly environment?: string;
  /** From which severity on log records are made and sent. Absent: `warn`, so one for each failed call. `debug`: one for each call. */
  readonly logLevel?: LogLevel;
  /** What the server writes to stderr: lines for people, or one JSON object a line. Absent: `text`. */
  readonly logs?: "text" | "json";
  /**
   * Who reads `/metrics`. `public`: everybody who reaches the server. Absent: everybody while the server is reached on this machine alone, and
   * with a `publicUrl` those who are signed in or have the API token.
   */
  readonly metrics?: "public" | "signed-in";
  /** Hosts that are sent the W3C `traceparent` of a call, e.g. `api.internal.example`; `*.example` is every host below. Absent: none. */
  readonly traceparentTo?: readonly string[];
}

/** A severity by name. */
export type LogLevel = (typeof LEVELS)[number];

const LEVELS = Object.freeze(["debug", "info", "warn", "error"] as const);
const KEYS = Object.freeze(["otlpEndpoint", "environment", "logLevel", "logs", "metrics", "traceparentTo"] as const);

/** What is wrong with the key `telemetry` of a configuration. */
export function telemetryFaults(value: unknown): readonly Diagnostic[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [fault("", "expected an object")];
  const faults: Diagnostic[] = [];
  const check = (key: (typeof KEYS)[number], isRight: (found: unknown) => boolean, expected: string): void => {
    const found = (value as Readonly<Record<string, unknown>>)[key];
    if (found !== undefined && !isRight(found)) faults.push(fault(`/${key}`, `expected ${expected}`));
  };
  for (const key of Object.keys(value)) {
    if (!(KEYS as readonly string[]).includes(key))
      faults.push({ ...fault(`/${key}`, `is not a key of telemetry; there are ${KEYS.join(", ")}`), code: "UNKNOWN_KEY" });
  }
  check("otlpEndpoint", isHttpUrl, 'a URL as "http://127.0.0.1:4318"');
  check("environment", (found) => typeof found === "string" && found.trim() !== "", "a name");
  check("logLevel", (found) => LEVELS.some((level) => level === found), `one of ${LEVELS.join(", ")}`);
  check("logs", (found) => found === "text" || found === "json", '"text" or "json"');
  check("metrics", (found) => found === "public" || found === "signed-in", '"public" or "signed-in"');
  check("traceparentTo", isHosts, 'a list of host names, each as "api.example.com" or "*.example.com"');
  return faults;
}

const isHttpUrl = (found: unknown): boolean =>
  typeof found === "string" && /^https?:$/.test(URL.parse(found)?.protocol ?? "") && !/[?#]/.test(found);

const HOST = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const isHosts = (found: unknown): boolean =>
  Array.isArray(found) && found.every((host) => typeof host === "string" && HOST.test(host));

const fault = (path: string, message: string): Diagnostic => ({
  code: "INVALID_VALUE",
  severity: "error",
  path: `/telemetry${path}`,
  message,
});
