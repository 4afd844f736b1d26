/**
 * Serves a fake vendor made from a contract: a real HTTP server on loopback that answers declarative operations with data that is true to
 * their schemas, keeps what they create, refuses what the contract says a vendor would refuse, and does what a scenario asks for.
 *
 * Owns: its server, lists of the requests it had.
 * Does not own: what exists (EntityStore), what goes wrong (Stage), deliveries (WebhookBook), time (SimulatorClock).
 * Talks to: addresses on this machine that were registered for webhooks; the runtime reaches it by `unsafeOrigins`.
 * Invariants:
 *   S1. The same contract, seed, scenario and requests in the same order, at the same moments, give the same answers, but for keys that
 *       are random by their nature.
 *   S2. An answer that claims success maps to an output that the operation's schema accepts, or comes from an example.
 *   S3. Every list ends, unless a scenario has it loop.
 *   S4. A request without what the contract requires is refused, in a form that its outcome table reads; so is one with a credential that
 *       is no known connection's (SignIn says what can be told).
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Contract, type Json, type JsonObject, MortiseError } from "@mortise/contract";
import type { ControlParts } from "./control/control-answer.ts";
import { JobBook } from "./job-book.ts";
import { simulatedConnection, simulatedSettings } from "./sample-connection.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { type ScenarioChoice, Stage } from "./scenarios/stage.ts";
import { Service } from "./serve/service.ts";
import { Vendor } from "./serve/vendor.ts";
import { SignIn } from "./sign-in/sign-in.ts";
import type { SimulatedConnection } from "./sign-in/simulated-connection.ts";
import { EntityStore, type StateDocument } from "./state/entity-store.ts";
import { IdempotentAnswers } from "./state/idempotent-answers.ts";
import { parseState, type SimulatorState, simulatorState } from "./state/simulator-state.ts";
import { machineClock, type SimulatorClock } from "./time/simulator-clock.ts";
import { type SimulatedWebhooks, WebhookBook } from "./webhooks/webhook-book.ts";

/** Options of {@link createSimulator}. */
export interface SimulatorOptions {
  /** Another seed gives other data, and other faults. Absent: 1. */
  readonly seed?: number | string;
  /** Absent or 0: a free one. */
  readonly port?: number;
  /** Connections that it takes beside its own, e.g. one from a file. Absent: none. */
  readonly connections?: readonly SimulatedConnection[];
  /** Settings of its own connections, in place of those made up. Absent: none. */
  readonly settings?: JsonObject;
  /** What goes wrong, and when. Absent: nothing. */
  readonly scenario?: ScenarioChoice;
  /** Absent: the machine's. */
  readonly clock?: SimulatorClock;
  /** What exists at the beginning; a collection may be a plain list of its entities. Absent: what samples make up. */
  readonly state?: StateDocument | Json;
}

/** A request that the simulator had. */
export interface SimulatedRequest {
  readonly method: string;
  /** Host name it was called by. */
  readonly host: string;
  readonly path: string;
  /** Absent: it belongs to no operation. */
  readonly operation?: string;
  /** 0: the connection was broken before an answer. */
  readonly status: number;
}

/** A request with the moment at which it came, and what was done to it. */
export interface SimulatedExchange extends SimulatedRequest {
  /** Epoch ms by the simulator's clock. */
  readonly atMs: number;
  /** What the scenario did to it. Empty: nothing. */
  readonly faults: readonly string[];
  /** What a well-behaved caller would not have done: it came before the moment that a 429 told, or over a budget of the contract. */
  readonly violation?: "early" | "overspent";
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** For `createRuntime({ unsafeOrigins })`: every call of the connector goes to the simulator. */
  readonly unsafeOrigins: { readonly [origin: string]: string };
  /** The last 1,000 requests. */
  readonly requests: readonly SimulatedRequest[];
  /** The same, with what was done to them. */
  readonly exchanges: readonly SimulatedExchange[];
  /** What exists. */
  readonly state: SimulatorState;
  readonly webhooks: SimulatedWebhooks;
  readonly scenario: Scenario;
  /** Puts another scenario on; it begins anew. Throws `INVALID_DOCUMENT`. */
  use(scenario: ScenarioChoice): void;
  /**
   * A connection that it accepts, the same one each time; private keys in it are made when it is first asked for. `auth` absent: the
   * contract's first scheme.
   */
  connectionFor(auth?: string): SimulatedConnection;
  /** Declarative operations that it cannot answer, and why. */
  gaps(): readonly { readonly operation: string; readonly reason: string }[];
  close(): Promise<void>;
}

const MOST_REQUESTS = 1_000;

/** Starts a simulator on loopback. Rejects with Node's error where the port is taken, and with `INVALID_DOCUMENT` for a scenario or a state. */
export async function createSimulator(contract: Contract, options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = machineClock, scenario = [], state: given } = options;
  const seed = String(options.seed ?? 1);
  const stage = new Stage(contract, seed, clock, scenario);
  let settings: JsonObject = {};
  const samples = new Map<string, SimulatedConnection>();
  const sample = (auth: string): SimulatedConnection => {
    const known = samples.get(auth) ?? simulatedConnection(contract, auth, settings);
    samples.set(auth, known);
    return known;
  };
  const ids = Object.keys(contract.auth);
  const known = (auth: string) => [sample(auth), ...(options.connections ?? []).filter((each) => (each.auth ?? ids[0]) === auth)];
  const signIn = new SignIn(contract, known, { now: () => clock.now(), lifeMs: () => stage.lifeMs });
  const store = new EntityStore();
  const idempotent = new IdempotentAnswers(clock);
  const jobs = new JobBook(seed, clock, () => stage.scenario.jobs);
  const webhooks = new WebhookBook(contract, seed, clock, () => stage.scenario.webhooks);
  const parts = { contract, seed, settings: () => settings, signIn, store, idempotent, jobs, clock };
  const vendor = new Vendor({ ...parts, makesUp: () => (stage.scenario.unknown ?? "sample") === "sample" });
  const state = simulatorState(
    store,
    () => vendor.roles,
    () => {
      for (const each of [idempotent, jobs, webhooks, signIn]) each.reset();
    },
  );
  if (given !== undefined) state.restore(parsedState(given as Json, vendor));

  const exchanges: SimulatedExchange[] = [];
  const requests: SimulatedRequest[] = [];
  const note = (exchange: SimulatedExchange): void => {
    const { atMs: _, faults: __, violation: ___, ...request } = exchange;
    exchanges.push(exchange);
    requests.push(request);
    if (requests.length > MOST_REQUESTS) requests.shift();
    if (exchanges.length > MOST_REQUESTS) exchanges.shift();
  };
  const control: ControlParts = {
    contract,
    stage,
    state,
    webhooks,
    clock,
    exchanges,
    readState: (value) => parsedState(value, vendor),
  };
  const serve = new Service({ contract, clock, stage, vendor, signIn, webhooks, settings: () => settings, note });
  const server = createServer((message, response) => void serve.take(message, response, control));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  settings = { ...simulatedSettings(contract, seed, origin), ...options.settings };
  return {
    origin,
    unsafeOrigins: { "*": origin },
    requests,
    exchanges,
    state,
    webhooks,
    get scenario() {
      return stage.scenario;
    },
    use: (choice) => stage.use(choice),
    connectionFor: (auth = ids[0]) => (auth === undefined ? simulatedConnection(contract, auth, settings) : sample(auth)),
    gaps: () => vendor.gaps(),
    close: async () => {
      serve.close();
      await webhooks.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function parsedState(document: Json, vendor: Vendor): StateDocument {
  const { state, diagnostics } = parseState(document, vendor.roles);
  if (state !== undefined) return state;
  const [first] = diagnostics;
  throw new MortiseError("INVALID_DOCUMENT", `The state: ${first?.message ?? "it is none"}`, {
    path: first?.path ?? "",
    detail: diagnostics as unknown as Json,
  });
}
