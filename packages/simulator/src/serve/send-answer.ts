import type { Contract } from "@mortise/contract";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import { writeAnswer } from "../write-answer.ts";
import type { WireAnswer } from "./write-response.ts";

/** Headers that belong to the connection (RFC 9112 §6, §9.1) or to how bytes were packed: those of a recorded answer would belie this one. */
const FRAMING = new Set([
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "trailer",
  "date",
]);

/** An answer in the encoding that the operation's decoders read, with the vendor's `Date`. 501 where it cannot be written so. */
export function wireAnswer(
  contract: Contract,
  answer: SimulatedAnswer,
  { request, operation, date }: { readonly request: WireRequest; readonly operation: string | undefined; readonly date: string },
): WireAnswer {
  const decode = operation === undefined || answer.status >= 400 ? undefined : contract.operations[operation]?.request?.decode;
  const { text } = answer;
  const written =
    text !== undefined
      ? { type: text.type, bytes: Buffer.from(text.content, "utf8") }
      : answer.body === undefined
        ? undefined
        : writeAnswer(answer.body, decode);
  const isLost = answer.body !== undefined && written === undefined;
  const status = isLost ? 501 : answer.status;
  const lost = JSON.stringify({ error: { status, message: `The answer of ${operation} cannot be written in its encoding.` } });
  return {
    status,
    headers: {
      ...(written === undefined ? {} : { "content-type": written.type }),
      ...Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !FRAMING.has(name.toLowerCase()))),
      ...(operation === undefined ? {} : { "x-simulated-operation": operation }),
      date,
    },
    bytes: isLost ? Buffer.from(lost, "utf8") : (written?.bytes ?? Buffer.alloc(0)),
    isHead: request.method === "HEAD",
  };
}
