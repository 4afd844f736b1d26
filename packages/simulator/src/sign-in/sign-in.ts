/**
 * Signs connections in at a fake vendor: gives them tokens, and tells which requests come from one of them.
 *
 * Owns: what was given out, the clients that registered, which connections are known.
 * Does not own: what a refusal looks like in an operation's outcome table.
 * Invariants:
 *   N1. A request is let in only with a credential of a connection that is known, as far as HTTP without TLS tells.
 *   N2. A request is judged once, however often it is asked about.
 *   N3. Nothing that is said holds a secret of a connection.
 */
import type { Contract, Operation, SingleAuthScheme } from "@mortise/contract";
import { refusal } from "../refusal.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import { appEndpoints } from "./app-endpoints.ts";
import { credentialProblem } from "./check-credential.ts";
import { consentEndpoints } from "./consent-endpoints.ts";
import { type Endpoint, type Side, speaksOfSignIn } from "./endpoint.ts";
import { furtherEndpoints } from "./further-endpoints.ts";
import { IssuedSecrets, type TokenLives } from "./issued.ts";
import { issuerEndpoints } from "./issuer.ts";
import { oauth1Endpoints } from "./oauth1-endpoints.ts";
import { roleEndpoint } from "./role-endpoint.ts";
import { sessionEndpoints } from "./session-endpoints.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { stepEndpoints } from "./step-endpoint.ts";
import { tokenEndpoints } from "./token-endpoint.ts";
import { digestChallenge } from "./verify-digest.ts";

export class SignIn {
  readonly #contract: Contract;
  readonly #issued: IssuedSecrets;
  readonly #known: (auth: string) => readonly SimulatedConnection[];
  readonly #registered = new Map<string, SimulatedConnection[]>();
  readonly #taken = new Set<SimulatedConnection>();
  readonly #judged = new WeakMap<WireRequest, Map<string, string | undefined>>();
  readonly #found = new WeakMap<WireRequest, SimulatedConnection>();
  readonly #revoked = new Set<SimulatedConnection>();
  readonly #endpoints: readonly Endpoint[];

  /** `known` gives the connections of a scheme. */
  constructor(contract: Contract, known: (auth: string) => readonly SimulatedConnection[], lives: TokenLives) {
    this.#issued = new IssuedSecrets(lives);
    this.#contract = contract;
    this.#known = known;
    this.#endpoints = Object.keys(contract.auth).flatMap((auth) =>
      this.#parts(auth).flatMap((part) => this.#endpointsOf(part, auth)),
    );
  }

  /** Whether a request belongs to signing in. */
  isFor(request: WireRequest): boolean {
    return this.#at(request).length > 0;
  }

  /** Answers a request that belongs to signing in. Undefined: it does not. */
  answer(request: WireRequest): SimulatedAnswer | undefined {
    const here = this.#at(request);
    const refusals: SimulatedAnswer[] = [];
    for (const endpoint of here) {
      const answer = endpoint.answer(request);
      if (answer.status < 400) return answer;
      refusals.push(answer);
    }
    // Of several schemes at one address, the one that the request is for says more than that it is for another.
    return refusals.find(({ body }) => !isUnspecific(body)) ?? refusals[0];
  }

  #at(request: WireRequest): readonly Endpoint[] {
    const isSelf = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.host);
    const found = this.#endpoints.filter(
      ({ method, host, path }) => method === request.method && path.test(request.path) && (isSelf || host.test(request.host)),
    );
    return found.some(({ isAnywhere }) => isAnywhere) && !speaksOfSignIn(request)
      ? found.filter(({ isAnywhere }) => !isAnywhere)
      : found;
  }

  /** A refusal of a request that comes from no connection. Undefined: it comes from one. */
  refusal(operation: Operation, request: WireRequest): SimulatedAnswer | undefined {
    const ids = (operation.auth ?? Object.keys(this.#contract.auth)).filter((id) => Object.hasOwn(this.#contract.auth, id));
    if (ids.length === 0) return undefined;
    const problems = ids.map((id) => this.#problem(id, request));
    if (problems.includes(undefined)) return undefined;
    const said = ids.map((id, index) => (ids.length === 1 ? problems[index] : `${id}: ${problems[index]}`)).join("; ");
    const answer = refusal(operation, "credential", `The credential is refused: ${said}.`);
    const challenge = this.#challenge(ids);
    return challenge === undefined
      ? answer
      : { ...answer, status: 401, headers: { ...answer.headers, "www-authenticate": challenge } };
  }

  /** The connection that a request comes from. Undefined: from none, or nothing tells. */
  connectionOf(operation: Operation, request: WireRequest): SimulatedConnection | undefined {
    this.refusal(operation, request);
    return this.#found.get(request);
  }

  /** Ends what a request was let in with; `revoked`: its connection is refused from now on. False: it came from no connection. */
  end(operation: Operation, request: WireRequest, how: "expired" | "revoked"): boolean {
    const connection = this.connectionOf(operation, request);
    if (connection === undefined) return false;
    this.#issued.endOf(connection, how === "expired" ? "access" : "all");
    if (how === "revoked") this.#revoked.add(connection);
    const why = how === "expired" ? "it has ended" : "it was taken back";
    this.#judged.set(request, new Map(Object.keys(this.#contract.auth).map((auth) => [auth, why])));
    return true;
  }

  /** Takes connections in again that were refused. */
  reset(): void {
    this.#revoked.clear();
  }

  #problem(auth: string, request: WireRequest): string | undefined {
    const judged = this.#judged.get(request) ?? new Map<string, string | undefined>();
    this.#judged.set(request, judged);
    if (judged.has(auth)) return judged.get(auth);
    let problem: string | undefined = "no connection of this scheme is known";
    for (const connection of this.#connections(auth)) {
      const parts = this.#parts(auth).map((part) => ({
        part,
        problem: credentialProblem(part, request, connection, this.#issued),
      }));
      problem = parts.find((each) => each.problem !== undefined && !isHidden(each, parts))?.problem;
      if (problem === undefined) {
        this.#found.set(request, connection);
        break;
      }
    }
    judged.set(auth, problem);
    return problem;
  }

  #challenge(ids: readonly string[]): string | undefined {
    for (const id of ids) {
      const digest = this.#parts(id).find((part) => part.kind === "digest");
      const [connection] = this.#connections(id);
      if (digest?.kind === "digest" && connection !== undefined) return digestChallenge(digest, connection, this.#issued);
    }
    return undefined;
  }

  #parts(auth: string): readonly SingleAuthScheme[] {
    const scheme = this.#contract.auth[auth];
    return scheme === undefined ? [] : scheme.kind === "all" ? scheme.of : [scheme];
  }

  /** Those that are known, whose tokens are good from the first time that they are looked at. */
  #connections(auth: string): readonly SimulatedConnection[] {
    const all = [...this.#known(auth), ...(this.#registered.get(auth) ?? [])].filter((each) => !this.#revoked.has(each));
    for (const connection of all) {
      if (this.#taken.has(connection)) continue;
      this.#taken.add(connection);
      for (const part of this.#parts(auth)) this.#take(part, connection);
    }
    return all;
  }

  #take(scheme: SingleAuthScheme, connection: SimulatedConnection): void {
    if (scheme.kind !== "oauth2") return;
    const { credential = {} } = connection;
    const given = Object.entries(credential).flatMap(([field, text]) => {
      const [name = "", second] = field.split(".");
      const kind =
        name === "refreshToken" ? "refresh" : name !== "accessToken" ? undefined : second === undefined ? "access" : "second";
      return kind === undefined ? [] : [{ kind, text } as const];
    });
    const family = given.length === 0 ? undefined : this.#issued.give({ kind: "step", scheme, connection }).family;
    for (const { kind, text } of given)
      this.#issued.give({ kind, scheme, connection, text, ...(family === undefined ? {} : { family }) });
  }

  #endpointsOf(scheme: SingleAuthScheme, auth: string): readonly Endpoint[] {
    const side: Side = {
      issued: this.#issued,
      connections: () => this.#connections(auth),
      register: (connection) => {
        const all = this.#registered.get(auth) ?? [];
        this.#registered.set(auth, [...all.slice(-99), connection]);
      },
    };
    switch (scheme.kind) {
      case "oauth2":
        return [
          ...issuerEndpoints(scheme, side),
          ...consentEndpoints(scheme, side),
          ...stepEndpoints(scheme.steps, side),
          ...tokenEndpoints(scheme, side),
          ...stepEndpoints(
            scheme.afterToken,
            side,
            () => this.#issued.of(scheme, "step").map(({ text }) => ({ token: text })),
            (_, connection, { token }) => {
              const first = this.#issued.find(scheme, "step", typeof token === "string" ? token : undefined);
              return this.#issued.give({
                kind: "access",
                scheme,
                connection,
                ...(first === undefined ? {} : { family: first.family }),
              });
            },
          ),
          ...furtherEndpoints(scheme, side),
        ];
      case "session":
        return sessionEndpoints(scheme, side);
      case "appInstall":
        return appEndpoints(scheme, side);
      case "oauth1":
        return oauth1Endpoints(scheme, side);
      case "awsSigV4":
        return roleEndpoint(scheme, side);
      default:
        return [];
    }
  }
}

const isUnspecific = (body: SimulatedAnswer["body"]): boolean =>
  typeof body === "object" &&
  body !== null &&
  "error" in body &&
  ["unsupported_grant_type", "invalid_client"].includes(String(body.error));

/** Schemes that all use `Authorization` cannot be there at once; one of them is enough. */
function isHidden(
  { part }: { readonly part: SingleAuthScheme },
  all: readonly { readonly part: SingleAuthScheme; readonly problem: string | undefined }[],
): boolean {
  return inHeader(part) && all.some((other) => other.part !== part && inHeader(other.part) && other.problem === undefined);
}

function inHeader(scheme: SingleAuthScheme): boolean {
  const { kind } = scheme;
  if (["basic", "bearer", "digest", "awsSigV4"].includes(kind)) return true;
  return (kind === "oauth2" || kind === "jwt" || kind === "appInstall") && scheme.apply === undefined;
}
