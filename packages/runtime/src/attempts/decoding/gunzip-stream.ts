import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { malformed } from "./malformed.ts";

/**
 * Unpacks gzip (RFC 1952) as it comes, no faster than it is read. What is not gzip, such as an answer that the transport has unpacked already,
 * stays as it is. Throws `INVALID_OUTPUT` for what is broken or cut off, and what the body breaks off with.
 */
export async function* gunzipStream(body: Readable): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 2) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const whole = from(head, chunks);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  let broken: unknown;
  const noted = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* whole;
    } catch (error) {
      broken = error;
      throw error;
    }
  };
  const gunzip = createGunzip();
  pipeline(noted(), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    if (broken !== undefined) throw broken;
    throw malformed("gzip data", error instanceof Error ? error.message : String(error));
  }
}

async function* from(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}
