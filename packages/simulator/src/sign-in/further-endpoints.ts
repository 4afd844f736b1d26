import type { OAuth2Scheme, SingleAuthScheme } from "@mortise/contract";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import { clientProblem } from "./check-client.ts";
import { type Endpoint, endpointAt, refused, type Side, secretAnswer } from "./endpoint.ts";
import { endpointsOf } from "./issuer.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { bodyParameters } from "./token-parameters.ts";
import { END_S } from "./token-text.ts";

type Scheme = OAuth2Scheme & SingleAuthScheme;

/** Where tokens are taken back (RFC 7009), looked into (RFC 7662), and clients register (RFC 7591). */
export function furtherEndpoints(scheme: Scheme, side: Side): readonly Endpoint[] {
  const { revokeUrl, introspectUrl, registrationUrl } = endpointsOf(scheme);
  const asked = (url: string | undefined, answer: (token: string) => SimulatedAnswer): readonly Endpoint[] =>
    url === undefined ? [] : [endpointAt("POST", url, (request) => ofClient(scheme, request, side, answer))];
  return [
    ...asked(revokeUrl, (token) => takenBack(scheme, token, side)),
    ...asked(introspectUrl, (token) => introspected(scheme, token, side)),
    ...(registrationUrl === undefined ? [] : [endpointAt("POST", registrationUrl, () => registered(side))]),
  ];
}

function ofClient(scheme: Scheme, request: WireRequest, { connections }: Side, answer: (token: string) => SimulatedAnswer) {
  const said = bodyParameters(request);
  const problems = connections().map((connection) => clientProblem(scheme, request, said, connection));
  if (problems.includes(undefined)) return answer(said.token ?? "");
  return refused("invalid_client", problems[0] ?? "no client of this scheme is known", 401);
}

/** A refresh token ends with all that came of its consent, an access token alone; one that is not known counts as taken back (RFC 7009 §2.2). */
function takenBack(scheme: Scheme, token: string, { issued }: Side): SimulatedAnswer {
  const refresh = issued.find(scheme, "refresh", token);
  const access = issued.find(scheme, "access", token);
  if (refresh !== undefined) issued.endFamily(refresh);
  if (access !== undefined) issued.end(access);
  return { status: 200, headers: { "cache-control": "no-store" } };
}

function introspected(scheme: Scheme, token: string, { issued }: Side): SimulatedAnswer {
  const found = issued.find(scheme, "access", token) ?? issued.find(scheme, "refresh", token);
  if (found === undefined) return secretAnswer({ active: false });
  const { scope, key } = found.details;
  return secretAnswer({
    active: true,
    exp: END_S,
    sub: "simulated-user",
    client_id: found.connection.credential?.clientId ?? "",
    ...(scope === undefined ? {} : { scope }),
    ...(key === undefined ? {} : { cnf: { jkt: key } }),
  });
}

function registered({ connections, register, issued }: Side): SimulatedAnswer {
  const [base] = connections();
  if (base === undefined) return refused("invalid_client_metadata", "no connection of this scheme is known");
  const connection = registeredConnection(base, issued.use("clients") + 1);
  register(connection);
  const { clientId = "", clientSecret = "" } = connection.credential ?? {};
  return { ...secretAnswer({ client_id: clientId, client_secret: clientSecret, client_secret_expires_at: 0 }), status: 201 };
}

/** A client that is made anew, as a connection of its own. */
function registeredConnection(base: SimulatedConnection, number: number): SimulatedConnection {
  const credential = {
    ...base.credential,
    clientId: `simulated-client-${number}`,
    clientSecret: `simulated-client-secret-${number}`,
  };
  return { ...base, credential };
}
