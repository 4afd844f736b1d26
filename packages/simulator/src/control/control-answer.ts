import { type Contract, isMortiseError, type Json, type JsonObject, parseDuration } from "@mortise/contract";
import { isList, isObject } from "../invert-value.ts";
import type { ScenarioChoice, Stage } from "../scenarios/stage.ts";
import type { SimulatedExchange } from "../simulator.ts";
import type { StateDocument } from "../state/entity-store.ts";
import type { SimulatorState } from "../state/simulator-state.ts";
import type { SimulatorClock } from "../time/simulator-clock.ts";
import type { VirtualClock } from "../time/virtual-clock.ts";
import type { SimulatedWebhooks } from "../webhooks/webhook-book.ts";
import type { WireRequest } from "../wire-request.ts";

/** Where a simulator is looked into and steered over HTTP, by its own host name only. */
export const CONTROL = "/~simulator";

/** What is steered. */
export interface ControlParts {
  readonly contract: Contract;
  readonly stage: Stage;
  readonly state: SimulatorState;
  readonly webhooks: SimulatedWebhooks;
  readonly clock: SimulatorClock;
  readonly exchanges: readonly SimulatedExchange[];
  /** Throws `INVALID_DOCUMENT`. */
  readonly readState: (document: Json) => StateDocument;
}

/** An answer of the control paths. */
export interface ControlAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** Whether a request is for the simulator itself: vendors' host names never are. */
export function isControl({ host, path }: WireRequest): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host) && (path === CONTROL || path.startsWith(`${CONTROL}/`));
}

/** Answers a request of the control paths. A page in a browser is refused: whoever steers a simulator has it deliver requests. */
export async function controlAnswer(request: WireRequest, parts: ControlParts): Promise<ControlAnswer> {
  const { headers, method, path, body } = request;
  const site = headers["sec-fetch-site"];
  if (headers.origin !== undefined || (site !== undefined && site !== "none"))
    return fault(403, "Pages of a browser may not steer a simulator.");
  const place = path.slice(CONTROL.length).replace(/^\//, "");
  let given: Json = null;
  try {
    given = body.length === 0 ? null : (JSON.parse(body.toString("utf8")) as Json);
  } catch {
    return fault(400, "The body is no JSON.");
  }
  try {
    return (await carriedOut(`${method} ${place}`, given, parts)) ?? fault(404, HELP);
  } catch (error) {
    if (isMortiseError(error)) return { status: 422, body: { error: error.data } };
    throw error;
  }
}

const HELP =
  "There are: GET /, GET|PUT|DELETE /state, GET|PUT /scenario, GET /requests, GET /webhooks, POST /webhooks/TRIGGER, POST /events/TRIGGER, POST /clock.";

async function carriedOut(call: string, given: Json, parts: ControlParts): Promise<ControlAnswer | undefined> {
  const { contract, stage, state, webhooks, clock, exchanges } = parts;
  const [, kind, trigger = ""] = /^POST (webhooks|events)\/(.+)$/.exec(call) ?? [];
  if (kind === "webhooks" && isObject(given)) return registered(webhooks, trigger, given);
  if (kind === "events") return { status: 200, body: await webhooks.emit(trigger, isObject(given) ? given : {}) };
  switch (call) {
    case "GET ": {
      const { name, version } = contract;
      const isVirtual = "advance" in clock;
      const moment = new Date(clock.now()).toISOString();
      const { title } = stage.scenario;
      const about = { connector: name, version, clock: moment, isVirtual, collections: state.collections };
      return { status: 200, body: { ...about, ...(title === undefined ? {} : { scenario: title }), requests: exchanges.length } };
    }
    case "GET state":
      return { status: 200, body: state.snapshot() };
    case "PUT state":
      state.restore(parts.readState(given));
      return { status: 204 };
    case "DELETE state":
      state.reset();
      return { status: 204 };
    case "GET scenario":
      return { status: 200, body: stage.scenario };
    case "PUT scenario":
      stage.use((isList(given) || typeof given === "string" ? given : [given]) as unknown as ScenarioChoice);
      return { status: 204 };
    case "GET requests":
      return { status: 200, body: exchanges };
    case "GET webhooks": {
      const subscriptions = webhooks.subscriptions.map(({ secret: _, ...each }) => each);
      return { status: 200, body: { subscriptions, deliveries: webhooks.deliveries, publicKey: webhooks.publicKey } };
    }
    case "POST clock":
      return await advanced(clock, given);
    default:
      return undefined;
  }
}

function registered(webhooks: SimulatedWebhooks, trigger: string, { url, secret = "" }: JsonObject): ControlAnswer {
  if (typeof url !== "string" || typeof secret !== "string") return fault(400, "Expected { url, secret }.");
  const { secret: _, ...subscription } = webhooks.register(trigger, { url, secret });
  return { status: 201, body: subscription };
}

async function advanced(clock: SimulatorClock, given: Json): Promise<ControlAnswer> {
  const by = isObject(given) && typeof given.by === "string" ? parseDuration(given.by) : undefined;
  if (by === undefined) return fault(400, 'Expected { "by": "5m" }.');
  if (!("advance" in clock)) return fault(409, "The clock is the machine's and cannot be moved.");
  await (clock as VirtualClock).advance(by);
  return { status: 200, body: { clock: new Date(clock.now()).toISOString() } };
}

const fault = (status: number, message: string): ControlAnswer => ({ status, body: { error: { status, message } } });
