import type { CodeAnswer, CodeInvocation, CodeLogLine, CodeQuestion, CodeRunner, Json, JsonObject } from "@mortise/contract";
import { CAPABILITIES } from "./guest/guest-call.ts";
import type { Sandbox } from "./sandbox.ts";

/** Time of one call of an operation in code; waiting for answers counts. */
const OPERATION_WALL_MS = 30_000;

/** Lets operations in code run in this sandbox. */
export function codeRunner(sandbox: Sandbox): CodeRunner {
  return Object.freeze({
    run: (invocation) =>
      sandbox.run({
        ...pick(invocation),
        capabilities: CAPABILITIES,
        limits: { wallMs: invocation.wallMs ?? OPERATION_WALL_MS, logBytes: invocation.logBytes },
        hooks: {
          signal: invocation.signal,
          ask: async ({ number, name, args }) => {
            const question = readQuestion(number, name, args);
            return written(question === undefined ? UNREADABLE : await invocation.ask(question).catch(() => BROKEN));
          },
          log: (text) => {
            const line = readLine(text);
            if (line !== undefined) invocation.log(line);
          },
        },
      }),
  } satisfies CodeRunner);
}

function pick({ source, functionName, input, context, tenant, nowMs, entropy, granted, secrets, locate }: CodeInvocation) {
  return { source, functionName, input, context, tenant, nowMs, entropy, granted, secrets, locate };
}

const UNREADABLE: CodeAnswer = Object.freeze({ ok: false, code: "INVALID_INPUT", message: "The arguments cannot be read." });

/** For a caller that does not keep its word never to reject: the guest is told nothing of why. */
const BROKEN: CodeAnswer = Object.freeze({ ok: false, code: "INTERNAL", message: "The host failed." });

function written(answer: CodeAnswer): string {
  if (answer.ok) return `=${JSON.stringify(answer.value)}`;
  const { code, message, status } = answer;
  return `!${JSON.stringify({ code, message, ...(status === undefined ? {} : { status }) })}`;
}

function readQuestion(number: number, name: string, text: string): CodeQuestion | undefined {
  const args = parsed(text);
  return Array.isArray(args) ? { number, name, args: args as readonly Json[] } : undefined;
}

/** A line as it should be; undefined for anything else. */
function readLine(text: string): CodeLogLine | undefined {
  const line = parsed(text);
  if (!Array.isArray(line)) return undefined;
  const [level, message, fields] = line as readonly unknown[];
  if (typeof message !== "string") return undefined;
  return { level: level === "warn" ? "warn" : "info", message, fields: isObject(fields) ? fields : {} };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value);
