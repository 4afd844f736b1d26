import { type AuthScheme, type Contract, type Json, parsePointer } from "@mortise/contract";
import { setAt } from "./assign.ts";
import { literalPattern } from "./literal-pattern.ts";
import type { SimulatedAnswer } from "./simulated-answer.ts";
import type { WireRequest } from "./wire-request.ts";

/** Gives the tokens of a contract's schemes: undefined for a request that asks for none. */
export function compileTokenEndpoints(contract: Contract): (request: WireRequest) => SimulatedAnswer | undefined {
  const endpoints = Object.values(contract.auth).flatMap(endpointsOf);
  return (request) => endpoints.find(({ path, method }) => method === request.method && path.test(request.path))?.answer;
}

interface Endpoint {
  readonly method: string;
  readonly path: RegExp;
  readonly answer: SimulatedAnswer;
}

function endpointsOf(scheme: AuthScheme): readonly Endpoint[] {
  if (scheme.kind === "all") return scheme.of.flatMap(endpointsOf);
  if (scheme.kind === "oauth2") {
    const body = [
      [scheme.accessToken ?? "/access_token", "simulated-access-token"],
      [scheme.refreshToken ?? "/refresh_token", "simulated-refresh-token"],
    ].reduce<Json>((made, [pointer = "", token = ""]) => setAt(made, parsePointer(pointer) ?? [], token), TOKEN);
    const answer = { status: 200, headers: { "cache-control": "no-store" }, body };
    return [scheme.tokenUrl, scheme.refreshUrl].flatMap((url) =>
      url === undefined ? [] : [{ method: "POST", path: pathOf(url), answer }],
    );
  }
  if (scheme.kind === "session") {
    const { login, token } = scheme;
    const answer =
      "header" in token
        ? { status: 200, headers: { [token.header.toLowerCase()]: "simulated-session" }, body: {} }
        : { status: 200, headers: {}, body: setAt({}, parsePointer(token.body) ?? [], "simulated-session") };
    return [{ method: login.method, path: pathOf(login.url), answer }];
  }
  return [];
}

/** RFC 6749 §5.1 */
const TOKEN = { token_type: "Bearer", expires_in: 3_600, expires_at: 4_102_444_800 };

/** The path of a URL with `{settings.x}` holes, any of which may be the base. */
function pathOf(url: string): RegExp {
  const path = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  const parts = path.split(/\$?\{[^{}]*\}/).map((part) => literalPattern(part));
  return new RegExp(`${/^\$?\{/.test(path) ? "" : "^"}${parts.join(".*")}$`);
}
