import type { SessionScheme, SingleAuthScheme } from "@mortise/contract";
import { stepProblem } from "./check-step.ts";
import { type Endpoint, endpointAt, refused, type Side } from "./endpoint.ts";
import { keptFrom, keptOfSteps, placedAnswer, stepEndpoints } from "./step-endpoint.ts";

/** The login of a session and the steps before it: with the credential of a connection, where its body and headers can be told. */
export function sessionEndpoints(scheme: SessionScheme & SingleAuthScheme, side: Side): readonly Endpoint[] {
  const { login, token, apply, steps } = scheme;
  const logIn = endpointAt(login.method, login.url, (request) => {
    let problem = "no connection of this scheme is known";
    for (const connection of side.connections()) {
      const { credential = {}, settings = {} } = connection;
      const found = stepProblem(login, request, { credential, settings, steps: keptOfSteps(steps) });
      problem = found ?? problem;
      if (found !== undefined) continue;
      const { text } = side.issued.give({ kind: "access", scheme, connection });
      const isCookie = "header" in token && token.header.toLowerCase() === "set-cookie";
      const value = isCookie ? `${apply.name}=${text}; Path=/; HttpOnly` : text;
      const kept = [...keptFrom(scheme, "body", connection), ...keptFrom(scheme, "header", connection)];
      return placedAnswer([...kept, { from: token, value }]);
    }
    return refused("invalid_credentials", problem, 401);
  });
  return [...stepEndpoints(steps, side), logIn];
}
