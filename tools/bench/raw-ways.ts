import { Agent } from "node:http";
import got, { type OptionsInit } from "got";
import { request, Agent as UndiciAgent } from "undici";
import type { Way } from "./cpu-rounds.ts";
import { API_KEY, INPUT } from "./governed-connector.ts";

/** The request of the governed call without anything around it. */
export interface RawWays {
  /** `got.stream`, `got.stream with limits`, `got` and `undici`. */
  readonly ways: readonly Way[];
  close(): Promise<void>;
}

const HEADERS = {
  "user-agent": "mortise",
  accept: "application/json, */*;q=0.5",
  "content-type": "application/json",
  "x-api-key": API_KEY,
  "idempotency-key": "5e0fa24a-7f5e-4a3e-8f0d-4b9a8c8f0a11",
};

/** As a call has them, ms. */
const LIMITS = { lookup: 2_000, connect: 5_000, response: 15_000, request: 30_000 };

/** Opens pools of kept sockets, as a runtime has them. */
export function openRawWays(origin: string): RawWays {
  const url = new URL(`${origin}/things`);
  const agent = { http: new Agent({ keepAlive: true, maxSockets: 256, scheduling: "lifo" }) };
  const dispatcher = new UndiciAgent({ connections: 256 });
  const carry = got.extend({
    followRedirect: false,
    retry: { limit: 0 },
    throwHttpErrors: false,
    decompress: false,
    maxHeaderSize: 16_384,
    headers: { "user-agent": undefined },
  });
  const streamed = (limits: OptionsInit): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      carry
        .stream(url, { method: "POST", headers: HEADERS, body: JSON.stringify(INPUT), agent, ...limits })
        .on("data", (chunk: Buffer) => chunks.push(chunk))
        .on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString("utf8"))))
        .on("error", reject);
    });
  return {
    ways: [
      // What the transport of a call does, and no more: no limits of time and size, nothing that could stop it.
      { name: "got.stream", call: () => streamed({}) },
      // The same with the limits of time that a call has too, by got's own options, and something that could stop it.
      { name: "got.stream with limits", call: () => streamed({ timeout: LIMITS, signal: new AbortController().signal }) },
      // As most programs have it.
      { name: "got", call: () => got.post(url, { headers: HEADERS, json: INPUT, agent, retry: { limit: 0 } }).json() },
      {
        name: "undici",
        call: async () => {
          const { body } = await request(url, { method: "POST", headers: HEADERS, body: JSON.stringify(INPUT), dispatcher });
          return body.json();
        },
      },
    ],
    close: async () => {
      agent.http.destroy();
      await dispatcher.close();
    },
  };
}
