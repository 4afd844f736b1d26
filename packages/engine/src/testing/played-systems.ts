import type { CallResult, Json } from "@mortise/contract";
import type { CallRequest, Runtime, StreamedPage, StreamRequest } from "@mortise/runtime";
import type { Mock, WorkflowTest } from "./workflow-test.ts";

const META = { attempts: 1, waitMs: 0, durationMs: 0 } as const;

/** One call that a run under test made. */
export interface PlayedCall {
  /** Place of the step, e.g. `load[3]/upsert`. */
  readonly place: string;
  readonly input: Json;
}

/**
 * The systems of a run under test: what its mocks say, and nothing else.
 *
 * Owns: the record of calls; which mock of a list is next.
 * Does not own: what operations are, which the runtime around it knows.
 * Invariants:
 *   M1. No call reaches a real system: a step without a mock ends the run as a fault that names the step.
 */
export class PlayedSystems {
  readonly calls: PlayedCall[] = [];
  /** Steps that were called and have no mock. */
  readonly missing = new Set<string>();
  readonly #mocks: NonNullable<WorkflowTest["mocks"]>;
  readonly #taken = new Map<string, number>();

  constructor(mocks: WorkflowTest["mocks"] = {}) {
    this.#mocks = mocks;
  }

  /** Mocks that no call took. */
  get unused(): readonly string[] {
    return Object.keys(this.#mocks).filter((key) => !this.#taken.has(key));
  }

  /** The runtime with all calls answered by mocks. */
  around(runtime: Runtime): Runtime {
    return Object.freeze({
      ...runtime,
      call: async <T>(_use: string, request: CallRequest) => this.#call(request) as CallResult<T>,
      stream: <T>(_use: string, request: StreamRequest) => this.#stream(request) as AsyncGenerator<StreamedPage<T>>,
    });
  }

  #call({ stepPath: place = "", input }: CallRequest): CallResult {
    this.calls.push({ place, input: (input ?? {}) as Json });
    const mock = this.#next(place);
    if (mock === undefined) return { outcome: "fault", error: { code: "USAGE", message: this.#noMock(place) }, meta: META };
    if ("output" in mock) return { outcome: "success", output: mock.output, meta: META };
    if ("rows" in mock) return { outcome: "success", output: [...mock.rows], meta: META };
    const { code, message = `The test lets ${nameOf(place)} fail.`, retryAtMs } = mock.error;
    const error = { code, message, ...(retryAtMs === undefined ? {} : { retryAtMs }) };
    return { outcome: mock.outcome ?? "poison", error, meta: META };
  }

  async *#stream({ stepPath: place = "", input, cursor, pageSize = 100 }: StreamRequest): AsyncGenerator<StreamedPage<Json>> {
    if (cursor === undefined || cursor === null) this.calls.push({ place, input: (input ?? {}) as Json });
    const mock = this.#next(nameOf(place), false) ?? this.#next(place, false);
    const rows = mock === undefined ? undefined : "rows" in mock ? mock.rows : "output" in mock ? listOf(mock.output) : undefined;
    if (rows === undefined) throw new Error(this.#noMock(place));
    for (let at = Number(cursor ?? 0); at === 0 || at < rows.length; at += pageSize) {
      const next = at + pageSize < rows.length ? at + pageSize : null;
      yield { items: rows.slice(at, at + pageSize), next };
      if (next === null) return;
    }
  }

  #next(place: string, isCall = true): Mock | undefined {
    const key = [place, nameOf(place)].find((each) => Object.hasOwn(this.#mocks, each));
    if (key === undefined) return undefined;
    const mocks = this.#mocks[key] as Mock | readonly Mock[];
    const taken = this.#taken.get(key) ?? 0;
    this.#taken.set(key, taken + (isCall ? 1 : 0));
    if (!Array.isArray(mocks)) return mocks as Mock;
    return mocks[Math.min(taken, mocks.length - 1)] as Mock;
  }

  #noMock(place: string): string {
    this.missing.add(nameOf(place));
    return `The test has no mock for the step "${nameOf(place)}".`;
  }
}

/** The step's own name: `upsert` of `load[3]/upsert`, `rows` of `load@page0`. */
export function nameOf(place: string): string {
  return (place.split("/").at(-1) ?? place).replace(/[[@].*$/, "");
}

function listOf(output: Json): readonly Json[] | undefined {
  if (Array.isArray(output)) return output as readonly Json[];
  const [list] = typeof output === "object" && output !== null ? Object.values(output).filter(Array.isArray) : [];
  return list as readonly Json[] | undefined;
}
