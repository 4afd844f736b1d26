/**
 * Takes the requests of a simulator's server one by one: asks the scenario what becomes of each, has it answered, and writes that.
 *
 * Owns: nothing that outlives a request, but what is in flight.
 * Does not own: answers (Vendor, SignIn), faults (Stage), time (SimulatorClock).
 * Invariants:
 *   V1. What a scenario does before anything took effect leaves what exists as it was.
 *   V2. Every request is noted once, also one whose connection was broken.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Contract, JsonObject } from "@mortise/contract";
import { type ControlParts, controlAnswer, isControl } from "../control/control-answer.ts";
import { isObject } from "../invert-value.ts";
import { refusal } from "../refusal.ts";
import type { Plan } from "../scenarios/director.ts";
import type { Admission } from "../scenarios/rate-limits.ts";
import type { Stage } from "../scenarios/stage.ts";
import { throttleAnswer } from "../scenarios/throttle-answer.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { SimulatedExchange } from "../simulator.ts";
import type { SimulatorClock } from "../time/simulator-clock.ts";
import type { WebhookBook } from "../webhooks/webhook-book.ts";
import { readWireRequest, type WireRequest } from "../wire-request.ts";
import { wireAnswer } from "./send-answer.ts";
import type { Located, Vendor } from "./vendor.ts";
import { breakOff, writeResponse } from "./write-response.ts";

/** What a service works with. */
export interface ServiceParts {
  readonly contract: Contract;
  readonly clock: SimulatorClock;
  readonly stage: Stage;
  readonly vendor: Vendor;
  readonly signIn: SignIn;
  readonly webhooks: WebhookBook;
  readonly settings: () => JsonObject;
  readonly note: (exchange: SimulatedExchange) => void;
}

/** A request on its way. */
interface Taken {
  readonly request: WireRequest;
  readonly located: Located;
  readonly plan: Plan;
  readonly admission: Admission;
  readonly atMs: number;
}

const LET_IN: Admission = Object.freeze({ done: () => undefined });

export class Service {
  readonly #parts: ServiceParts;
  readonly #closed = new AbortController();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  close(): void {
    this.#closed.abort();
  }

  async take(message: IncomingMessage, response: ServerResponse, control: ControlParts): Promise<void> {
    try {
      const request = await readWireRequest(message);
      if (request === undefined) return refuse(response, 413, "The body is larger than 20 MB.");
      if (isControl(request)) return await this.#control(request, response, control);
      const taken = this.#taken(request);
      try {
        await this.#carryOut(taken, response);
      } finally {
        taken.admission.done();
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) refuse(response, 500, `The simulator failed: ${String(error)}`);
    }
  }

  #taken(request: WireRequest): Taken {
    const { clock, stage, vendor, signIn, settings } = this.#parts;
    const located = vendor.locate(request);
    const own = located.kind === "operation" ? located : undefined;
    const connection = own === undefined ? undefined : signIn.connectionOf(own.operation, request);
    const caller = connection === undefined ? "stranger" : `${connection.auth ?? ""} ${connection.name}`;
    const plan = stage.director.plan({
      method: request.method,
      isSignIn: located.kind === "signIn",
      caller,
      ...(own === undefined ? {} : { operation: own.name, effect: own.operation.effect }),
    });
    if (plan.token !== undefined && own !== undefined) signIn.end(own.operation, request, plan.token);
    const isCounted = stage.scenario.limits !== undefined && own !== undefined;
    const admission = isCounted
      ? stage.limits.admit(own.operation, caller, { ...settings(), ...(connection?.settings ?? {}) } as JsonObject)
      : LET_IN;
    return { request, located, plan, admission, atMs: clock.now() };
  }

  async #carryOut(taken: Taken, response: ServerResponse): Promise<void> {
    const { clock, contract, stage } = this.#parts;
    const { request, located, plan } = taken;
    if (plan.latencyMs > 0) await clock.sleep(plan.latencyMs, this.#closed.signal);
    if (plan.reset === "before") {
      this.#note(taken, 0);
      return breakOff(response);
    }
    const answer = this.#answer(taken);
    if (plan.emit !== undefined && answer.status < 400) await this.#emit(plan.emit, answer);
    if (plan.reset === "after") {
      this.#note(taken, 0);
      return breakOff(response);
    }
    const operation = located.kind === "operation" ? located.name : undefined;
    const date = new Date(clock.now() + stage.skewMs).toUTCString();
    const wire = wireAnswer(contract, this.#counted(answer, taken), { request, operation, date });
    this.#note(taken, wire.status);
    await writeResponse(response, wire, plan, clock);
  }

  #answer({ request, located, plan, admission }: Taken): SimulatedAnswer {
    const { clock, stage, vendor, signIn, webhooks, contract } = this.#parts;
    const nowMs = clock.now() + stage.skewMs;
    const operation = located.kind === "operation" ? located.operation : undefined;
    const budget = admission.budget ?? (operation?.budget === undefined ? undefined : contract.budgets[operation.budget]);
    if (plan.answer !== undefined) return plainAnswer(plan.answer);
    if (plan.fail !== undefined) return refusal(operation, plan.fail, `The scenario wants it to fail: ${plan.fail}.`);
    if (plan.throttle !== undefined) {
      const { tell, untilMs } = plan.throttle;
      return throttleAnswer(operation, { tell, budget, nowMs, untilMs: untilMs + stage.skewMs });
    }
    if (admission.untilMs !== undefined) {
      const { tell } = stage.scenario.limits ?? {};
      return throttleAnswer(operation, { tell, budget, nowMs, untilMs: admission.untilMs + stage.skewMs });
    }
    if (located.kind === "nobody") return located.answer;
    if (located.kind === "signIn")
      return signIn.answer(request) ?? refusal(undefined, "notFound", `Nothing is at ${request.path}.`);
    const { name, route } = located;
    const own = vendor.operation(name);
    const refused = own.check(request, route);
    if (refused !== undefined) return refused;
    if (plan.falseSuccess === true) return own.falseSuccess(request, route);
    const answer = own.answer(request, route, plan);
    if (answer.status < 400 && contract.triggers !== undefined)
      webhooks.noteCall(name, own.inputOf(request, route), own.outputOf(request, route, answer));
    return answer;
  }

  /** The answer with what the budget's headers tell, where limits are enforced. */
  #counted(answer: SimulatedAnswer, { admission }: Taken): SimulatedAnswer {
    const { budget, left, rate } = admission;
    if (budget === undefined) return answer;
    const named = (place: { readonly header: string } | undefined, value: number | undefined) =>
      place === undefined || value === undefined ? {} : { [place.header.toLowerCase()]: String(value) };
    return { ...answer, headers: { ...named(budget.limit, rate), ...named(budget.remaining, left), ...answer.headers } };
  }

  async #emit(trigger: string, { body }: SimulatedAnswer): Promise<void> {
    await this.#parts.webhooks.emit(trigger, isObject(body) ? body : {});
  }

  #note({ request, located, plan, admission, atMs }: Taken, status: number): void {
    const violation = plan.throttle?.isEarly === true ? "early" : admission.untilMs === undefined ? undefined : "overspent";
    const { latencyMs, ...others } = plan;
    this.#parts.note({
      method: request.method,
      host: request.host,
      path: request.path,
      ...(located.kind === "operation" ? { operation: located.name } : {}),
      status,
      atMs,
      faults: [...(latencyMs > 0 ? [`latency ${latencyMs} ms`] : []), ...Object.keys(others)],
      ...(violation === undefined ? {} : { violation }),
    });
  }

  async #control(request: WireRequest, response: ServerResponse, control: ControlParts): Promise<void> {
    const { status, body } = await controlAnswer(request, control);
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(body === undefined ? undefined : `${JSON.stringify(body, null, 2)}\n`);
  }
}

function plainAnswer({ status, headers = {}, body }: NonNullable<Plan["answer"]>): SimulatedAnswer {
  const message = "The scenario wants it so.";
  return { status, headers: { "x-simulator": "scenario", ...headers }, body: body ?? { error: { status, message } } };
}

/** Says what is wrong with a request that reached no operation. */
function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ error: { status, message } }));
}
