import fc from "fast-check";
import { anySchema, anyText } from "../any-schema.ts";
import { id, OBJECT, OPERATION, type Pack } from "./pack.ts";

/** A job that is started, asked for and fetched. */
export const jobs: fc.Arbitrary<Pack> = fc.tuple(anySchema([], 2), anyText).map(([result, title]) => ({
  operations: {
    packStart: {
      ...OPERATION,
      title,
      effect: "execute",
      idempotency: "none",
      input: OBJECT,
      output: { ...OBJECT, properties: { result } },
      request: { method: "POST", url: "/jobs", body: {}, output: { id: { $cel: "response.body.id" } } },
      wait: {
        poll: { operation: "packPoll", with: { id: { $cel: "output.id" } } },
        done: "polled.state == 'done'",
        failed: "polled.state == 'failed'",
        every: "1ms",
        timeout: "1m",
        fetch: { operation: "packFetch", with: { id: { $cel: "output.id" } } },
      },
    },
    packPoll: {
      ...OPERATION,
      title: "Ask",
      input: id,
      output: { ...OBJECT, required: ["state"], properties: { state: { enum: ["waiting", "done", "failed"] } } },
      request: { method: "GET", url: "/jobs/{id}", path: { id: { $cel: "input.id" } } },
    },
    packFetch: {
      ...OPERATION,
      title: "Fetch",
      input: id,
      output: { ...OBJECT, properties: { result } },
      request: { method: "GET", url: { $text: "/jobs/${input.id}/result" } },
    },
  },
}));
