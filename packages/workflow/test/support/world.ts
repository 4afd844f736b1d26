import type { CallResult, Json, JsonObject } from "@mortise/contract";
import {
  createInterpreter,
  type InterpreterPorts,
  type OperationCall,
  type OperationFacts,
  type OperationPort,
  type Program,
  type RunEvent,
  type RunLog,
  type RunPriority,
  type StreamPage,
  type Workflow,
} from "../../src/index.ts";
import { JournalEngine } from "./journal-engine.ts";

/** How an operation of the test world answers. */
export type Answer = (call: OperationCall, nth: number) => CallResult | Promise<CallResult>;

export const META = { attempts: 1, waitMs: 0, durationMs: 0 };

/** A successful answer. */
export function ok(output: Json): CallResult {
  return { outcome: "success", output, meta: META };
}

/** An answer that rejects the item. */
export function poison(message = "no"): CallResult {
  return { outcome: "poison", error: { code: "CALL_REJECTED", message }, meta: META };
}

/** The systems that test workflows talk to, with a record of every call. */
export class World implements OperationPort {
  readonly calls: OperationCall[] = [];
  readonly pages: Json[] = [];
  inFlight = 0;
  mostInFlight = 0;
  rows: readonly Json[] = [];
  readonly #answers: { readonly [use: string]: Answer };

  constructor(answers: { readonly [use: string]: Answer } = {}) {
    this.#answers = { "test/read": ({ input }) => ok(input), "test/write": ({ input }) => ok(input), ...answers };
  }

  async call(request: OperationCall): Promise<CallResult> {
    this.calls.push(request);
    const nth = this.calls.filter(({ stepPath }) => stepPath === request.stepPath).length;
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const answer = this.#answers[request.use];
      if (!answer) throw new Error(`no ${request.use}`);
      return await answer(request, nth);
    } finally {
      this.inFlight--;
    }
  }

  async readPage({
    cursor,
    pageSize,
  }: OperationCall & { readonly cursor: Json; readonly pageSize: number }): Promise<CallResult<StreamPage>> {
    this.pages.push(cursor);
    const from = typeof cursor === "number" ? cursor : 0;
    const to = from + pageSize;
    const next = to < this.rows.length ? to : null;
    return { outcome: "success", output: { items: this.rows.slice(from, to), next }, meta: META };
  }

  describe(use: string): OperationFacts | undefined {
    if (use === "test/rows") return { effect: "read", repeatable: true, streamItems: "/rows" };
    if (use === "test/send") return { effect: "send", repeatable: false };
    if (use === "test/read") return { effect: "read", repeatable: true };
    return { effect: "update", repeatable: true };
  }

  /** Step paths in the order of their calls. */
  get paths(): readonly string[] {
    return this.calls.map(({ stepPath }) => stepPath);
  }
}

/** Keeps every event. */
export class Recorded implements RunLog {
  readonly events: RunEvent[] = [];

  record(event: RunEvent): void {
    this.events.push(event);
  }

  async flush(): Promise<void> {}
}

/** A workflow of these nodes. */
export function workflowOf(nodes: object, output?: Json): Workflow {
  return {
    format: "mortise.workflow/1",
    name: "Test",
    trigger: { use: "manual" },
    nodes: nodes as Workflow["nodes"],
    ...(output === undefined ? {} : { output }),
  };
}

/** An engine with a run of this workflow. */
export function engineFor(
  workflow: Workflow,
  world = new World(),
  options: {
    readonly body?: Json;
    readonly log?: RunLog;
    readonly ports?: Partial<InterpreterPorts>;
    /** Absent: one that nobody waits for. */
    readonly priority?: RunPriority;
  } = {},
) {
  const newProgram = (): Program =>
    createInterpreter({
      operations: world,
      workflows: { get: async () => workflow },
      now: () => engine.nowMs,
      ...(options.log && { log: options.log }),
      ...options.ports,
    });
  const input: JsonObject = {
    abi: 1,
    workflowHash: "h",
    trigger: { body: options.body ?? {} },
    priority: options.priority ?? "webhook",
  };
  const engine: JournalEngine = new JournalEngine(newProgram, "run-1", input);
  return engine;
}

/** Runs a workflow to its end. */
export function run(workflow: Workflow, world?: World, options?: { readonly body?: Json; readonly log?: RunLog }): Promise<Json> {
  return engineFor(workflow, world, options).run();
}
