import { type CodeBody, MortiseError } from "@mortise/contract";
import type { CodeBundle, Connector } from "@mortise/sdk";
import { type AnswerDecoder, compileDecoder } from "../attempts/decoding/decode-answer.ts";
import { compileGrant, type HttpGrant } from "./http-grant.ts";

/** An operation in code made ready once. */
export interface CompiledCode {
  readonly bundle: CodeBundle;
  readonly functionName: string;
  readonly http: readonly HttpGrant[];
  /** Whether a place that gets the credential is named by a setting, which a token may be what tells. */
  readonly isSteered: boolean;
  /** Bytes that it may keep. 0: it keeps nothing. */
  readonly stateBytes: number;
  readonly hmac: readonly string[];
  readonly logBytes: number;
  /** Host functions that it may ask. */
  readonly granted: readonly string[];
  /** How bodies of answers are read. */
  readonly decoders: { readonly [as in "auto" | "json" | "text" | "base64"]: AnswerDecoder };
}

const LOG_KB = 64;

/** Compiles an operation in code. Throws `MISCONFIGURED` where its code is not there. */
export function compileCode(connector: Connector, name: string, { capabilities }: CodeBody): CompiledCode {
  const { code } = connector;
  if (code === undefined) {
    throw new MortiseError("MISCONFIGURED", `${connector.contract.name}/${name} needs code of its own, which is not there.`, {
      remedy: "Install a complete build of the connector: mortise build bundles its code.",
    });
  }
  const { http = [], state, hmac = [], log } = capabilities;
  return Object.freeze({
    bundle: code,
    functionName: `operations.${name}`,
    http: http.map(compileGrant),
    isSteered: http.some(({ host, auth }) => auth === "connection" && host.includes("{")),
    stateBytes: (state?.maxKB ?? 0) * 1_024,
    hmac,
    logBytes: (log?.maxKB ?? LOG_KB) * 1_024,
    granted: [
      "log",
      ...(http.length === 0 ? [] : ["http.request", "http.rest"]),
      ...(state === undefined ? [] : ["state.get", "state.put"]),
      ...(hmac.length === 0 ? [] : ["hmac.sign", "hmac.verify"]),
    ],
    decoders: {
      auto: compileDecoder(undefined, undefined),
      json: compileDecoder("json", undefined),
      text: compileDecoder("text", undefined),
      base64: compileDecoder("binary", undefined),
    },
  });
}
