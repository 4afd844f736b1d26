/**
 * Serves a fake vendor made from a contract: a real HTTP server on loopback that answers declarative operations with data that is true to
 * their schemas, and refuses what the contract says a vendor would refuse.
 *
 * Owns: its server, and a list of the requests it had.
 * Does not own: state, latency and faults; what is created is not found again.
 * Talks to: nothing; the runtime reaches it by `unsafeOrigins`.
 * Invariants:
 *   S1. The same contract, seed and request give the same answer, but for what signs in, which counts what it gave before.
 *   S2. An answer that claims success maps to an output that the operation's schema accepts, or comes from an example.
 *   S3. Every list ends.
 *   S4. A request without what the contract requires is refused, in a form that its outcome table reads; so is one with a credential that
 *       is no known connection's (SignIn says what can be told).
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract, JsonObject } from "@mortise/contract";
import { compileRoutes, type Route } from "./compile-route.ts";
import { refusal } from "./refusal.ts";
import { simulatedConnection, simulatedSettings } from "./sample-connection.ts";
import { SignIn } from "./sign-in/sign-in.ts";
import type { SimulatedConnection } from "./sign-in/simulated-connection.ts";
import type { SimulatedAnswer } from "./simulated-answer.ts";
import { type SimulatedOperation, simulateOperation } from "./simulated-operation.ts";
import { readWireRequest, type WireRequest } from "./wire-request.ts";
import { writeAnswer } from "./write-answer.ts";

/** Options of {@link createSimulator}. */
export interface SimulatorOptions {
  /** Another seed gives other data. Absent: 1. */
  readonly seed?: number | string;
  /** Absent or 0: a free one. */
  readonly port?: number;
  /** Connections that it takes beside its own, e.g. one from a file. Absent: none. */
  readonly connections?: readonly SimulatedConnection[];
}

/** A request that the simulator had. */
export interface SimulatedRequest {
  readonly method: string;
  /** Host name it was called by. */
  readonly host: string;
  readonly path: string;
  /** Absent: it belongs to no operation. */
  readonly operation?: string;
  readonly status: number;
}

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** For `createRuntime({ unsafeOrigins })`: every call of the connector goes to the simulator. */
  readonly unsafeOrigins: { readonly [origin: string]: string };
  /** The last 1,000 requests. */
  readonly requests: readonly SimulatedRequest[];
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

/** Starts a simulator on loopback. Rejects with Node's error where the port is taken. */
export async function createSimulator(contract: Contract, options: SimulatorOptions = {}): Promise<Simulator> {
  const seed = String(options.seed ?? 1);
  const requests: SimulatedRequest[] = [];
  let settings: JsonObject = {};
  const samples = new Map<string, SimulatedConnection>();
  const sample = (auth: string): SimulatedConnection => {
    const known = samples.get(auth) ?? simulatedConnection(contract, auth, settings);
    samples.set(auth, known);
    return known;
  };
  const ids = Object.keys(contract.auth);
  const given = (auth: string) => (options.connections ?? []).filter((each) => (each.auth ?? ids[0]) === auth);
  const signIn = new SignIn(contract, (auth) => [sample(auth), ...given(auth)]);
  const vendor = new Vendor(contract, seed, () => settings, signIn);
  const server = createServer(async (message, response) => {
    try {
      const request = await readWireRequest(message);
      if (request === undefined) {
        refuse(response, 413, "The body is larger than 20 MB.");
        return;
      }
      const { answer, operation } = vendor.answer(request);
      const decode = operation === undefined ? undefined : contract.operations[operation]?.request?.decode;
      const status = send(response, request, answer, answer.status < 400 ? decode : undefined, operation);
      requests.push({
        method: request.method,
        host: request.host,
        path: request.path,
        ...(operation === undefined ? {} : { operation }),
        status,
      });
      if (requests.length > MOST_REQUESTS) requests.shift();
    } catch (error) {
      refuse(response, 500, `The simulator failed: ${String(error)}`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  settings = simulatedSettings(contract, seed, origin);
  return {
    origin,
    unsafeOrigins: { "*": origin },
    requests,
    connectionFor: (auth = ids[0]) => (auth === undefined ? simulatedConnection(contract, auth, settings) : sample(auth)),
    gaps: () => vendor.gaps(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Finds the operation of a request; each is compiled when it is first called. */
class Vendor {
  readonly #contract: Contract;
  readonly #seed: string;
  readonly #settings: () => JsonObject;
  readonly #routes: readonly Route[];
  readonly #signIn: SignIn;
  readonly #operations = new Map<string, SimulatedOperation>();

  constructor(contract: Contract, seed: string, settings: () => JsonObject, signIn: SignIn) {
    this.#contract = contract;
    this.#seed = seed;
    this.#settings = settings;
    this.#routes = compileRoutes(contract);
    this.#signIn = signIn;
  }

  answer(request: WireRequest): { readonly answer: SimulatedAnswer; readonly operation?: string } {
    const signedIn = this.#signIn.answer(request);
    if (signedIn !== undefined) return { answer: signedIn };
    const isSelf = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.host);
    const here = this.#routes.filter(
      ({ host, path }) => (isSelf || host.test(request.host.replace(/:\d+$/, ""))) && path.test(request.path),
    );
    if (here.length === 0) return { answer: refusal(undefined, "notFound", `No operation has the path ${request.path}.`) };
    const called = here.filter(({ method }) => method === request.method);
    if (called.length === 0) {
      const allow = [...new Set(here.map(({ method }) => method))].join(", ");
      return { answer: { status: 405, headers: { allow }, body: { error: { status: 405, message: `Expected ${allow}.` } } } };
    }
    const route = this.#choose(called, request);
    const operation = this.#operation(route.operation);
    return { answer: operation.check(request, route) ?? operation.answer(request, route), operation: route.operation };
  }

  gaps(): readonly { readonly operation: string; readonly reason: string }[] {
    return this.#routes.flatMap(({ operation }) => {
      const reason = this.#operation(operation).gap();
      return reason === undefined ? [] : [{ operation, reason }];
    });
  }

  /** The closest route; of several operations at one address, the one whose own parameters the request has and whose input it fits. */
  #choose(routes: readonly Route[], request: WireRequest): Route {
    const [first] = routes;
    const equals = routes.filter(({ weight }) => weight === first?.weight);
    if (first === undefined || equals.length === 1) return first as Route;
    const own = equals.filter(({ operation, query }) => {
      const isAsked = [...query].every(([name, value]) => request.query.getAll(name).includes(value));
      return isAsked && this.#operation(operation).recognises(request);
    });
    const affinity = new Map(own.map((route) => [route, this.#operation(route.operation).affinity(request)]));
    const narrowest = own.toSorted((a, b) => b.query.size - a.query.size || (affinity.get(b) ?? 0) - (affinity.get(a) ?? 0));
    return (
      narrowest.find((route) => this.#operation(route.operation).check(request, route) === undefined) ?? narrowest[0] ?? first
    );
  }

  #operation(name: string): SimulatedOperation {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const operation = this.#contract.operations[name];
    if (operation?.request === undefined) throw new Error(`${name} has no request`);
    const made = simulateOperation(this.#contract, name, operation, operation.request, {
      seed: this.#seed,
      settings: this.#settings,
      signIn: this.#signIn,
    });
    this.#operations.set(name, made);
    return made;
  }
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

/** Headers that belong to the connection (RFC 9112 §6, §9.1) or to how bytes were packed: those of a recorded answer would belie this one. */
const FRAMING = new Set([
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "trailer",
]);

function send(
  response: ServerResponse,
  request: WireRequest,
  answer: SimulatedAnswer,
  decode: Parameters<typeof writeAnswer>[1],
  operation: string | undefined,
): number {
  const { text } = answer;
  const written =
    text !== undefined
      ? { type: text.type, bytes: Buffer.from(text.content, "utf8") }
      : answer.body === undefined
        ? undefined
        : writeAnswer(answer.body, decode);
  const isLost = answer.body !== undefined && written === undefined;
  const status = isLost ? 501 : answer.status;
  const type = written === undefined ? {} : { "content-type": written.type };
  response.writeHead(status, {
    ...type,
    ...Object.fromEntries(Object.entries(answer.headers ?? {}).filter(([name]) => !FRAMING.has(name.toLowerCase()))),
    ...(operation === undefined ? {} : { "x-simulated-operation": operation }),
  });
  if (isLost)
    response.end(JSON.stringify({ error: { status, message: `The answer of ${operation} cannot be written in its encoding.` } }));
  else response.end(request.method === "HEAD" ? undefined : written?.bytes);
  return status;
}
