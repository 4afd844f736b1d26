import type { Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { signCode, verifyCode } from "./code-hmac.ts";
import type { CodeRequests } from "./code-requests.ts";
import type { CompiledCode } from "./compile-code.ts";
import { refusal } from "./host-refusal.ts";

const MAX_KEY = 200;

/** Answers one question of code. Throws a refusal, or the error that a request came to. */
export async function hostFunction(
  call: ReadyCall,
  code: CompiledCode,
  requests: CodeRequests,
  { name, args }: { readonly name: string; readonly args: readonly Json[] },
): Promise<Json> {
  // Looked at in the sandbox already; what comes from there is not believed.
  if (!code.granted.includes(name)) throw refusal("INVALID_INPUT", "There is no such function.");
  switch (name) {
    case "http.request":
      return await requests.request(args);
    case "http.rest":
      return requests.rest(args);
    case "state.get":
      return await getState(call, args);
    case "state.put":
      return await putState(call, code, args);
    case "hmac.sign":
      return signCode(call, code.hmac, args);
    case "hmac.verify":
      return verifyCode(call, code.hmac, args);
    default:
      throw refusal("INVALID_INPUT", "There is no such function.");
  }
}

async function getState(call: ReadyCall, [key]: readonly Json[]): Promise<Json> {
  const entry = await call.services.codeState.get(placeOf(call), keyOf(key));
  return entry === undefined ? null : { value: entry.value, version: entry.version };
}

async function putState(call: ReadyCall, { stateBytes }: CompiledCode, [key, value, options]: readonly Json[]): Promise<Json> {
  const expected =
    typeof options === "object" && options !== null && "expectVersion" in options ? options.expectVersion : undefined;
  if (expected !== undefined && !(typeof expected === "number" && Number.isSafeInteger(expected) && expected >= 0))
    throw refusal("INVALID_INPUT", "expectVersion is a whole number, 0 for a key that is not there yet.");
  const put = { key: keyOf(key), value: value ?? null, maxBytes: stateBytes };
  const kept = await call.services.codeState.put(placeOf(call), {
    ...put,
    ...(expected === undefined ? {} : { expectVersion: expected }),
  });
  if (kept === "conflict") throw refusal("CONFLICT", "Another version of this key is there.");
  if (kept === "full")
    throw refusal(
      "LIMIT_EXCEEDED",
      `There is room for ${stateBytes / 1_024} KB.`,
      "Keep less, or raise capabilities.state.maxKB.",
    );
  return kept;
}

function keyOf(key: Json | undefined): string {
  if (typeof key === "string" && key !== "" && key.length <= MAX_KEY) return key;
  throw refusal("INVALID_INPUT", `A key of the state is a text of at most ${MAX_KEY} characters.`);
}

const placeOf = ({ tenant, target, connection }: ReadyCall) => ({
  tenant,
  connector: target.connector.contract.name,
  connection: connection.name,
});
