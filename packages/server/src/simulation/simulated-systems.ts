/**
 * Calls simulated systems in place of real ones, for runs that try a workflow out.
 *
 * Owns: a simulator and a runtime for each connector and connection of a run, until the run ends.
 * Does not own: which runs are simulated (their id tells); what cannot be simulated (simulationProblems says it before a run).
 * Talks to: its own simulators, on loopback.
 * Invariants:
 *   Y1. A call of a simulated run has no credential of a connection, and reaches no real system, whatever address it names.
 *   Y2. What one run creates, another one does not see.
 *   Y3. At most 8 runs are kept; of more, the one that called least recently begins anew.
 */
import { type CallResult, type ErrorData, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { Registry } from "@mortise/registry";
import {
  type CallRequest,
  createRuntime,
  type Runtime,
  type RuntimeOptions,
  type StreamedPage,
  type StreamRequest,
} from "@mortise/runtime";
import type { Connector } from "@mortise/sdk";
import { createSimulator, type Simulator } from "@mortise/simulator";
import { needsConnection } from "@mortise/workflow";
import { isSimulatedRun } from "./simulated-run.ts";

/** What simulated systems are made of. */
export interface SimulatedSystemsOptions {
  readonly registry: Registry<Connector>;
  /** Settings of a stored connection, so that addresses are what they are in a real run; its credential is not asked for. */
  readonly settingsOf: (connection: string) => Promise<JsonObject | undefined>;
  /** Signs requests where a connector has code for it. */
  readonly customCode?: RuntimeOptions["customCode"];
}

interface System {
  readonly simulator: Simulator;
  readonly runtime: Runtime;
}

type Systems = Map<string, Promise<System>>;

const MOST_RUNS = 8;

export class SimulatedSystems {
  readonly #options: SimulatedSystemsOptions;
  readonly #runs = new Map<string, Systems>();

  constructor(options: SimulatedSystemsOptions) {
    this.#options = options;
  }

  /** The runtime with calls of simulated runs kept away from real systems. */
  around(runtime: Runtime): Runtime {
    return Object.freeze({
      ...runtime,
      call: async <T>(use: string, request: CallRequest) =>
        isSimulatedRun(request.runId) ? await this.#call<T>(use, request) : await runtime.call<T>(use, request),
      stream: <T>(use: string, request: StreamRequest) =>
        isSimulatedRun(request.runId) ? this.#stream<T>(use, request) : runtime.stream<T>(use, request),
    });
  }

  /** Lets go of what a run had. */
  async end(runId: string): Promise<void> {
    const systems = this.#runs.get(runId);
    this.#runs.delete(runId);
    await Promise.all([...(systems?.values() ?? [])].map(closed));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runs.keys()].map((runId) => this.end(runId)));
  }

  async #call<T>(use: string, request: CallRequest): Promise<CallResult<T>> {
    try {
      const { runtime, asked } = await this.#open(use, request);
      return await runtime.call<T>(use, asked);
    } catch (error) {
      const data = (error as { readonly data?: ErrorData }).data ?? { code: "INTERNAL", message: "The simulated system failed." };
      return { outcome: "fault", error: data, meta: { attempts: 0, waitMs: 0, durationMs: 0 } };
    }
  }

  async *#stream<T>(use: string, request: StreamRequest): AsyncGenerator<StreamedPage<T>> {
    const { runtime, asked } = await this.#open(use, request);
    yield* runtime.stream<T>(use, asked);
  }

  /** The system that an operation calls, and the request without the connection that it names. Throws `NOT_SIMULATED`, `UNKNOWN_OPERATION`. */
  async #open(use: string, request: CallRequest): Promise<{ readonly runtime: Runtime; readonly asked: CallRequest }> {
    const found = this.#options.registry.operation(use);
    if (found === undefined) throw new MortiseError("UNKNOWN_OPERATION", `No installed connector has ${use}.`);
    if (!isSimulable(found.operation))
      throw new MortiseError("NOT_SIMULATED", `${use} runs code or a driver of its own, which no simulator stands for.`);
    const { connector, operation } = found;
    const systems = this.#systemsOf(request.runId ?? "");
    const { name, version } = connector.contract;
    const named = typeof request.connection === "string" ? request.connection : undefined;
    const key = `${name}@${version} ${named ?? ""}`;
    const opening = systems.get(key) ?? this.#opened(connector, named);
    systems.set(key, opening);
    const { simulator, runtime } = await opening;
    const { connection: _, ...asked } = request;
    if (named === undefined && !needsConnection(connector.contract, operation.auth)) return { runtime, asked };
    return { runtime, asked: { ...asked, connection: simulator.connectionFor(operation.auth?.[0]) } };
  }

  async #opened(connector: Connector, connection: string | undefined): Promise<System> {
    const { customCode, settingsOf } = this.#options;
    const settings = connection === undefined ? undefined : await settingsOf(connection);
    const simulator = await createSimulator(connector.contract, settings === undefined ? {} : { settings });
    const runtime = createRuntime({
      connectors: [connector],
      unsafeOrigins: simulator.unsafeOrigins,
      ...(customCode === undefined ? {} : { customCode }),
    });
    return { simulator, runtime };
  }

  #systemsOf(runId: string): Systems {
    const known = this.#runs.get(runId) ?? new Map<string, Promise<System>>();
    this.#runs.delete(runId);
    this.#runs.set(runId, known);
    const oldest = this.#runs.size > MOST_RUNS ? [...this.#runs.keys()][0] : undefined;
    if (oldest !== undefined) void this.end(oldest);
    return known;
  }
}

/** Whether a simulator can answer an operation: it is a request, or made of requests. */
export function isSimulable(operation: { readonly request?: Json | object; readonly searchOrCreate?: object }): boolean {
  return operation.request !== undefined || operation.searchOrCreate !== undefined;
}

async function closed(opening: Promise<System>): Promise<void> {
  const { simulator, runtime } = await opening;
  await runtime.close();
  await simulator.close();
}
