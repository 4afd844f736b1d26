import type { AppInstallScheme, SingleAuthScheme } from "@mortise/contract";
import type { WireRequest } from "../wire-request.ts";
import { type Endpoint, endpointAt, type Side } from "./endpoint.ts";
import { sentBack } from "./sent-back.ts";
import { keptFrom, stepEndpoints } from "./step-endpoint.ts";
import { textOf } from "./value-at.ts";
import { jwtProblem } from "./verify-jwt.ts";

const JWT = /[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{2,}/g;

/**
 * Where an app's JWT is exchanged for a token of the installation, by one that the connection's key signed; and where it is installed: the
 * browser goes back at once to the `redirect_uri` of the address, or, as most vendors know that address by themselves, is shown what would
 * come back.
 */
export function appEndpoints(scheme: AppInstallScheme & SingleAuthScheme, side: Side): readonly Endpoint[] {
  const scopes = (request: WireRequest) => {
    const texts = [...Object.values(request.headers), request.body.toString("utf8"), request.target].join("\n");
    const found = [...texts.matchAll(JWT)].map(([text]) => text);
    const own = found.filter((text) =>
      side.connections().some(({ credential = {} }) => jwtProblem(text, scheme.assertion, credential) === undefined),
    );
    return own.map((assertion) => ({ assertion }));
  };
  const exchange = stepEndpoints([scheme.exchange], side, scopes, (_, connection) =>
    side.issued.give({ kind: "access", scheme, connection }),
  );
  return scheme.installUrl === undefined ? exchange : [...exchange, installPage(scheme, scheme.installUrl, side)];
}

function installPage(scheme: AppInstallScheme & SingleAuthScheme, installUrl: string, { connections }: Side): Endpoint {
  return endpointAt("GET", installUrl, ({ query }) => {
    const [connection] = connections();
    const kept = connection === undefined ? [] : keptFrom(scheme, "redirect", connection);
    const back: readonly (readonly [string, string])[] = [
      ...kept.map(({ from, value }) => [from.redirect, textOf(value) ?? ""] as const),
      ["state", query.get("state") ?? ""],
    ];
    return sentBack(query.get("redirect_uri") ?? undefined, back);
  });
}
