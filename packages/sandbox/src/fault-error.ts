import { createRedactor } from "@mortise/auth";
import { type CodeFailure, type CodePlace, type JsonObject, MortiseError } from "@mortise/contract";
import type { GuestError, GuestFault } from "./guest/guest-call.ts";
import type { SandboxLimits } from "./sandbox-limits.ts";

/** What a fault was met by. */
export interface FaultScope {
  readonly functionName: string;
  readonly limits: SandboxLimits;
  readonly secrets: readonly string[];
  /** Where a place of the script is in the author's sources. Absent: the script is the source. */
  readonly locate?: ((line: number, column: number) => CodePlace | undefined) | undefined;
}

const MAX_MESSAGE = 500;
/** Control characters, and those that turn or hide text (bidirectional controls, zero width, separators, half of a surrogate pair). */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/** The error of a call that gave nothing. The guest's own words are cleaned, cut, and withheld where a secret is in them. */
export function faultError(fault: GuestFault, error: GuestError | undefined, scope: FaultScope): MortiseError {
  const { functionName: name, limits } = scope;
  switch (fault) {
    case "threw":
      return threw(error, scope);
    case "missing":
      return new MortiseError("CODE_FAILED", `The code defines no function ${name}.`);
    case "not-json":
      return new MortiseError("CODE_FAILED", `${name} returned something that is not JSON.`);
    case "pending":
      return new MortiseError("CODE_FAILED", `${name} waits for a promise that nothing settles.`);
    case "crashed":
      return new MortiseError("CODE_FAILED", `${name} broke the engine that it ran in.`);
    case "cpu":
      return new MortiseError("CODE_TIMEOUT", `${name} used more than ${limits.cpuMs} ms of processor time.`);
    case "wall":
      return new MortiseError("CODE_TIMEOUT", `${name} was not done after ${limits.wallMs} ms.`);
    case "memory":
      return new MortiseError("LIMIT_EXCEEDED", `${name} needed more than ${limits.memoryBytes} bytes of memory.`);
    case "stack":
      return new MortiseError("LIMIT_EXCEEDED", `${name} called itself too deeply, or is nested too deeply.`);
    case "output":
      return new MortiseError("LIMIT_EXCEEDED", `${name} returned more than ${limits.outputBytes} bytes.`);
    case "host-calls":
      return new MortiseError("LIMIT_EXCEEDED", `${name} called host functions more than ${limits.hostCalls} times.`);
    case "questions":
      return new MortiseError("LIMIT_EXCEEDED", `${name} made more than ${limits.questions} requests and other questions.`);
    case "stopped":
      return new MortiseError("CALL_CANCELLED", `${name} was stopped.`);
  }
}

function threw(error: GuestError | undefined, { functionName, secrets, locate }: FaultScope): MortiseError {
  const { line, column = 1, question, as, retryAfterMs } = error ?? {};
  const at = line === undefined ? undefined : (locate?.(line, column) ?? { line, column });
  const place = at === undefined ? "" : ` at ${"file" in at ? `${at.file}:` : ""}${at.line}:${at.column}`;
  const detail: CodeFailure = {
    ...at,
    ...(question === undefined ? {} : { question }),
    ...(as === undefined ? {} : { as }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
  const message = `${functionName} failed${place}: ${words(error, secrets)}`;
  return new MortiseError(
    "CODE_FAILED",
    message,
    Object.keys(detail).length === 0 ? {} : { detail: { ...detail } as JsonObject },
  );
}

function words(error: GuestError | undefined, secrets: readonly string[]): string {
  if (error === undefined) return "it threw something that says nothing of itself";
  const told = error.name === "" ? error.message : `${error.name}: ${error.message}`;
  const shown = createRedactor(secrets).text(told);
  // Shorter secrets are no concern of the redactor, which must not eat other people's words. Here nothing is lost by it.
  if (secrets.some((secret) => secret !== "" && shown.includes(secret)))
    return "(its message has a secret in it and is withheld)";
  const clean = shown.replaceAll(HIDDEN, " ").trim();
  return clean.length > MAX_MESSAGE ? `${clean.slice(0, MAX_MESSAGE)}…` : clean;
}
