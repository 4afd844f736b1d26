import type { OAuth1Scheme, SingleAuthScheme } from "@mortise/contract";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import { type Endpoint, endpointAt, refused, type Side } from "./endpoint.ts";
import { sentBack } from "./sent-back.ts";
import { keptFrom } from "./step-endpoint.ts";
import { textOf } from "./value-at.ts";
import { oauth1Parameters, oauth1Problem } from "./verify-oauth1.ts";

/** The three addresses of OAuth 1.0a (RFC 5849 §2): temporary credentials, consent, which is given at once, and token credentials. */
export function oauth1Endpoints(scheme: OAuth1Scheme & SingleAuthScheme, side: Side): readonly Endpoint[] {
  const { requestTokenUrl, authorizeUrl, accessTokenUrl } = scheme;
  const { issued } = side;
  const start = (url: string): Endpoint =>
    endpointAt("POST", url, (request) => {
      const said = oauth1Parameters(request);
      let problem: string | undefined = "no connection of this scheme is known";
      for (const connection of side.connections()) {
        problem = oauth1Problem(scheme, request, connection.credential ?? {}, "");
        if (problem !== undefined) continue;
        const details = { secret: "simulated-temporary-secret", callback: said.oauth_callback ?? "oob" };
        const { text } = issued.give({ kind: "temporary", scheme, connection, details });
        return formAnswer({ oauth_token: text, oauth_token_secret: details.secret, oauth_callback_confirmed: "true" });
      }
      return refused("unauthorized", problem ?? "", 401);
    });
  const consent = (url: string): Endpoint =>
    endpointAt("GET", url, ({ query }) => {
      const temporary = issued.find(scheme, "temporary", query.get("oauth_token") ?? undefined);
      if (temporary === undefined) return refused("invalid_request", "the temporary credentials are not known (oauth_token)");
      const { callback = "oob" } = temporary.details;
      const verifier = issued.give({ kind: "code", scheme, connection: temporary.connection, details: { for: temporary.text } });
      const kept = keptFrom(scheme, "redirect", temporary.connection);
      return sentBack(callback === "oob" ? undefined : callback, [
        ["oauth_token", temporary.text],
        ["oauth_verifier", verifier.text],
        ...kept.map(({ from, value }) => [from.redirect, textOf(value) ?? ""] as const),
      ]);
    });
  const end = (url: string): Endpoint =>
    endpointAt("POST", url, (request) => {
      const said = oauth1Parameters(request);
      const temporary = issued.find(scheme, "temporary", said.oauth_token);
      const verifier = issued.find(scheme, "code", said.oauth_verifier);
      if (temporary === undefined || verifier?.details.for !== temporary.text)
        return refused("unauthorized", "the temporary credentials or their verifier are not known", 401);
      const { connection, details } = temporary;
      const problem = oauth1Problem(scheme, request, connection.credential ?? {}, details.secret ?? "");
      if (problem !== undefined) return refused("unauthorized", problem, 401);
      issued.end(temporary);
      issued.end(verifier);
      const secret = "simulated-token-secret";
      const { text } = issued.give({ kind: "access", scheme, connection, details: { secret } });
      const kept = keptFrom(scheme, "body", connection).map(({ from, value }) => [from.body.slice(1), textOf(value) ?? ""]);
      return formAnswer({ oauth_token: text, oauth_token_secret: secret, ...Object.fromEntries(kept) });
    });
  return [
    ...(requestTokenUrl === undefined ? [] : [start(requestTokenUrl)]),
    ...(authorizeUrl === undefined ? [] : [consent(authorizeUrl)]),
    ...(accessTokenUrl === undefined ? [] : [end(accessTokenUrl)]),
  ];
}

const formAnswer = (fields: { readonly [name: string]: string }): SimulatedAnswer => ({
  status: 200,
  headers: { "cache-control": "no-store" },
  text: { type: "application/x-www-form-urlencoded", content: new URLSearchParams(fields).toString() },
});
