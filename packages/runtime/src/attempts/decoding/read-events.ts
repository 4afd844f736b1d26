import { type Json, parseExactJson } from "@mortise/contract";
import { createParser } from "eventsource-parser";
import type { Expected } from "./expected.ts";

/**
 * Server-sent events (WHATWG HTML §9.2.6): `event` is `message` where it is not said, `id` the last one said, or null. Data is text,
 * or the JSON in it where the schema expects something else. An event that was cut off is left out.
 */
export function readEvents(text: string, expected: Expected | undefined): Json {
  const data = expected?.item?.member("data");
  const events: Json[] = [];
  let last: string | null = null;
  const parser = createParser({
    onId: (id) => {
      last = id;
    },
    onEvent: ({ event = "message", data: sent }) => {
      events.push({ event, data: data === undefined || data.takesText ? sent : fromJson(sent), id: last });
    },
  });
  parser.feed(text);
  return events;
}

function fromJson(text: string): Json {
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}
