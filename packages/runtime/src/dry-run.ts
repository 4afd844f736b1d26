import { applyAuth, redactBySchema, Secret } from "@mortise/auth";
import type { Json, JsonObject } from "@mortise/contract";
import { buildRequest } from "./attempts/send-request.ts";
import type { Answer, ReadyCall } from "./call.ts";
import { hideSecretInputs } from "./hide-secret-inputs.ts";
import type { CompiledFollowUp } from "./jobs/compile-wait.ts";
import { callScope } from "./operation/call-scope.ts";
import type { ReadyRequest } from "./operation/compile-request.ts";
import { isObject } from "./operation/parameters/parameter-value.ts";
import { firstRequest } from "./reading/first-request.ts";

/** Shows the request that would be sent, with its secrets hidden, and sends nothing. Throws `EGRESS_DENIED` where it could not be sent. */
export function dryRun(call: ReadyCall): Answer {
  const { target, connection, services, input } = call;
  if (target.body.kind === "native") {
    const shown = redactBySchema(input, target.operation.input);
    return {
      output: {
        request: { operation: `${target.connector.contract.name}/${target.name}`, input: connection.redactor.json(shown) },
      },
    };
  }
  if (target.body.kind === "searchOrCreate") {
    const { search, create } = target.body;
    return { output: { request: { search: shownCall(call, search), create: shownCall(call, create) } } };
  }
  if (target.partition?.kind === "parent") return { output: { request: { parent: shownCall(call, target.partition) } } };
  const first = firstRequest(withoutTokens(call));
  if (first === undefined) return { output: { request: null } };
  const ready = buildRequest(first.call, target.body.build, first.parts);
  services.guard.checkUrl(ready.url, connection.granted);
  const request: JsonObject = {
    method: ready.method,
    url: connection.redactor.url(ready.url, ready.secretParams),
    headers: connection.redactor.headers(ready.headers, ready.secretHeaders),
    body: connection.redactor.json(shownBody(ready)),
  };
  return { output: { request: hideSecretInputs(request, input, target.operation.input) } };
}

/** A token that was not fetched yet is not fetched to be shown: a word stands in its place, hidden as the token would be. */
function withoutTokens(call: ReadyCall): ReadyCall {
  const { scheme, credential, tokens } = call.connection;
  if (tokens === undefined) return call;
  const authorize: typeof call.connection.authorize = (draft) =>
    applyAuth(scheme, credential, draft, (single) => tokens.of(single) ?? new Secret("token"));
  return { ...call, connection: { ...call.connection, authorize } };
}

/** A call of another operation, with what its schema calls secret hidden. */
function shownCall(call: ReadyCall, { operation, input }: CompiledFollowUp): Json {
  const { target, connection } = call;
  const { name, operations } = target.connector.contract;
  const shown = redactBySchema(input.evaluate(callScope(call)), operations[operation]?.input ?? {});
  return { operation: `${name}/${operation}`, input: connection.redactor.json(shown) };
}

/** The body to show; a secret in it is hidden by its place, however short it is. */
function shownBody({ showBody, secretFields }: ReadyRequest): Json {
  const shown = showBody?.() ?? null;
  if (!isObject(shown)) return shown;
  const hide = ([name, value]: readonly [string, Json]) => [name, Object.hasOwn(secretFields, name) ? "[redacted]" : value];
  return Object.fromEntries(Object.entries(shown).map(hide));
}
