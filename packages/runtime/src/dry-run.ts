import { redactBySchema } from "@mortise/auth";
import type { Json, JsonObject } from "@mortise/contract";
import { buildRequest } from "./attempts/send-request.ts";
import type { Answer, ReadyCall } from "./call.ts";
import type { ReadyRequest } from "./operation/compile-request.ts";

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
  const ready = buildRequest(call, target.body.build);
  services.guard.checkUrl(ready.url, connection.granted);
  const request: JsonObject = {
    method: ready.method,
    url: connection.redactor.url(ready.url, ready.secretParams),
    headers: connection.redactor.headers(ready.headers, ready.secretHeaders),
    body: ready.body === undefined ? null : connection.redactor.json(withoutSecrets(ready)),
  };
  return { output: { request } };
}

/** The body to show; a secret in it is hidden by its place, however short it is. */
function withoutSecrets({ body = "", secretFields }: ReadyRequest): Json {
  const names = Object.keys(secretFields);
  const shown = readable(body);
  if (names.length === 0) return shown;
  if (shown !== null && typeof shown === "object" && !Array.isArray(shown))
    return { ...shown, ...Object.fromEntries(names.map((name) => [name, "[redacted]"])) };
  const form = new URLSearchParams(body);
  for (const name of names) form.set(name, "[redacted]");
  return form.toString();
}

function readable(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
}
