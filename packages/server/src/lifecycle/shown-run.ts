import type { Json } from "@mortise/contract";
import type { HookedView, RunHooks } from "@mortise/runtime";
import type { RunEvent, StepChanged } from "@mortise/workflow";
import { TENANT } from "../store/open-store.ts";

/** What stands in the place of a value that a hook withholds. */
export interface WithheldValue {
  readonly $withheld: string;
}

/** Whose data is shown. */
export interface ShownOf {
  readonly runId: string;
  /** Name of the workflow. */
  readonly workflow: string;
}

type Part = Pick<HookedView, "part" | "step" | "use">;

/** Shows data of runs as the deployment's hooks let it be seen. */
export class ShownRun {
  readonly #hooks: RunHooks;
  readonly #of: ShownOf;

  constructor(hooks: RunHooks, of: ShownOf) {
    this.#hooks = hooks;
    this.#of = of;
  }

  /** A value, another one in its place, or why it is withheld. */
  async value(value: Json, part: Part): Promise<Json> {
    if (!this.#hooks.has("run-view")) return value;
    const shown = await this.#hooks.shown({ ...this.#of, ...part, tenant: TENANT, value });
    return shown.withheld === undefined ? shown.value : { $withheld: shown.withheld };
  }

  /** A step with what may be seen of it. */
  async step(step: StepChanged): Promise<StepChanged> {
    if (!this.#hooks.has("run-view")) return step;
    const { path, use, input, output, error } = step;
    const about = { step: path, use };
    const detail = error?.detail;
    return {
      ...step,
      ...(input === undefined ? {} : { input: await this.value(input, { ...about, part: "step-input" }) }),
      ...(output === undefined ? {} : { output: await this.value(output, { ...about, part: "step-output" }) }),
      ...(error === undefined || detail === undefined
        ? {}
        : { error: { ...error, detail: await this.value(detail, { ...about, part: "error-detail" }) } }),
    };
  }

  /** An event with what may be seen of it. */
  async event(event: RunEvent): Promise<RunEvent> {
    if (!this.#hooks.has("run-view")) return event;
    if (event.kind === "step") return await this.step(event);
    if (event.kind === "run-started") return { ...event, input: await this.value(event.input, { part: "input" }) };
    if (event.kind === "run-ended" && event.output !== undefined)
      return { ...event, output: await this.value(event.output, { part: "output" }) };
    return event;
  }
}
