import type { FastifyInstance } from "fastify";
import type { Demo } from "../../demo/start-demo.ts";
import type { Host } from "../../host/open-host.ts";
import type { Telemetry } from "../../telemetry/start-telemetry.ts";
import type { Triggers } from "../../triggers/open-triggers.ts";

/** What routes are made of. */
export interface RouteContext {
  readonly host: Host;
  readonly triggers: Triggers;
  readonly demo: Demo | undefined;
  readonly version: string;
  /** All metrics, in the format that an `Accept` header asks for. */
  readonly metrics: Telemetry["metrics"];
  readonly log: (line: string) => void;
}

/** Adds the routes of one resource. */
export type Routes = (app: FastifyInstance, context: RouteContext) => void;
