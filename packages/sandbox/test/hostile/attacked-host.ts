import type { GuestHooks, GuestQuestion } from "../../src/guest/guest-call.ts";

/** Answers of a host that code attacks by what it may ask, and what reached it. */
export interface AttackedHost extends GuestHooks {
  readonly asked: GuestQuestion[];
  readonly lines: string[];
}

const BODY = '{"then":"a text","__proto__":{"polluted":1}}';

/** A host that answers some questions, refuses one, and leaves one open for ever. */
export function attackedHost(): AttackedHost {
  const asked: GuestQuestion[] = [];
  const lines: string[] = [];
  return {
    asked,
    lines,
    log: (line) => void lines.push(line),
    ask: async (question) => {
      asked.push(question);
      return await answerOf(question);
    },
  };
}

async function answerOf({ name, args }: GuestQuestion): Promise<string> {
  if (args.includes("/never")) return new Promise(() => {});
  switch (name) {
    case "http.request":
      return `=${JSON.stringify({ status: 200, headers: {}, kind: "json", id: 1, text: BODY, next: args.includes("/endless") ? 1 : null })}`;
    case "http.rest":
      return `=${JSON.stringify({ text: " ", next: 1 })}`;
    case "state.get":
      return args.includes("large") ? `=${JSON.stringify("x".repeat(900_000))}` : "=null";
    default:
      return `!${JSON.stringify({ code: "CONFLICT", message: "No.", status: 409 })}`;
  }
}
