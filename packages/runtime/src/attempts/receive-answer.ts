import type { Readable } from "node:stream";
import type { Json } from "@mortise/contract";
import type { ReadyCall } from "../call.ts";
import { type EgressStream, MAX_BODY_BYTES } from "../egress/egress-client.ts";
import { FileDownload } from "../files/file-download.ts";
import { callScope } from "../operation/call-scope.ts";
import type { CompiledBody } from "../operation/compile-operation.ts";
import { tooLarge } from "./decoding/malformed.ts";

/** The body of a success as it comes. */
export interface ReceivedBody {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** Decompressed. A reader that stops stops the sender; one that leaves before the end gives the rest up. */
  readonly body: Readable;
}

/** Takes in what a call brings, over as many attempts as that takes. */
export interface BodyReceiver {
  /** Takes a body in and says what came of it. May be called again with a new body where the first broke off. */
  take(received: ReceivedBody, signal: AbortSignal): Promise<Json>;
  /** Headers for the next attempt, besides those that the request has. Absent: none. */
  asks?(own: { readonly [name: string]: string }): { readonly [name: string]: string };
  /** Whether what those asked for is refused, so that the next attempt starts over. Absent: never. */
  refuses?(status: number): boolean;
  /** Lets go of what is not complete. */
  discard?(): Promise<void>;
}

/** Who takes the body of a success in as it comes: the caller, or a file of the contract. Undefined: it is decoded as a whole. */
export function receiverOf(call: ReadyCall, { file }: Extract<CompiledBody, { kind: "request" }>): BodyReceiver | undefined {
  const { receive } = call.request;
  if (receive !== undefined) return { take: async (received) => (await receive(received)) ?? null };
  if (file === undefined) return undefined;
  const { files, randomBytes } = call.services;
  return new FileDownload({ path: file.path.evaluate(callScope(call)), maxBytes: file.maxBytes, files, randomBytes });
}

/** The body of a failure, whole: it says what went wrong. */
export async function wholeBody({ body }: EgressStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
