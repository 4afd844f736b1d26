import type { ServerResponse } from "node:http";
import { parseDuration } from "@mortise/contract";
import type { Plan } from "../scenarios/director.ts";
import type { SimulatorClock } from "../time/simulator-clock.ts";

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly bytes: Buffer;
  /** Of a HEAD request: no bytes are sent. */
  readonly isHead: boolean;
}

/** Writes an answer, or what a plan leaves of it. Resolves when the last of it was handed to the socket. */
export async function writeResponse(
  response: ServerResponse,
  { status, headers, bytes, isHead }: WireAnswer,
  plan: Plan,
  clock: SimulatorClock,
): Promise<void> {
  const { truncate, drip, reset } = plan;
  if (isHead || bytes.length === 0) {
    if (reset === "body") return breakOff(response);
    response.writeHead(status, { ...headers, ...(isHead || status === 204 || status === 304 ? {} : { "content-length": "0" }) });
    response.end();
    return;
  }
  const share = reset === "body" ? 0.5 : truncate === undefined ? 1 : (truncate.at ?? 0.5);
  const kept = bytes.subarray(0, share >= 1 ? bytes.length : Math.min(bytes.length - 1, Math.floor(bytes.length * share)));
  const isBroken =
    reset === "body" || (truncate !== undefined && (truncate.framing ?? "broken") === "broken" && kept.length < bytes.length);
  response.writeHead(status, { ...headers, "content-length": String(isBroken ? bytes.length : kept.length) });
  if (drip === undefined) await flushed(response, kept);
  else await dripped(response, kept, drip.bytes, parseDuration(drip.every) ?? 0, clock);
  if (!isBroken) response.end();
  else if (reset === "body") breakOff(response);
  else response.destroy();
}

/** Breaks the connection with a reset (RFC 9293 §3.10.7), answered or not. */
export function breakOff(response: ServerResponse): void {
  const { socket } = response;
  if (socket === null) response.destroy();
  else socket.resetAndDestroy();
}

async function dripped(
  response: ServerResponse,
  bytes: Buffer,
  size: number,
  everyMs: number,
  clock: SimulatorClock,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  for (let start = 0; start < bytes.length && !gone.signal.aborted; start += size) {
    await flushed(response, bytes.subarray(start, start + size));
    if (start + size < bytes.length) await clock.sleep(everyMs, gone.signal).catch(() => undefined);
  }
}

/** Resolves when the bytes have left, or nobody is there to take them. */
function flushed(response: ServerResponse, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    response.once("close", resolve);
    response.write(bytes, () => {
      response.off("close", resolve);
      resolve();
    });
  });
}
