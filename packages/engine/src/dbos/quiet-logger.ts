import type { DLogger } from "@dbos-inc/dbos-sdk";
import { RunFailure } from "./run-failure.ts";

const SAME_MESSAGE_MS = 5_000;
/** What DBOS says when a run was cancelled while it was going on: that was asked for. */
const EXPECTED = /outcome was not recorded|was cancelled during execution/;

/**
 * What DBOS says, reduced to what an operator has to know: warnings and errors, each at most once in 5 s. A failed run is no
 * news here, it stands in the run log; its message may hold data of the run.
 */
export function quietLogger(write: (line: string) => void, now: () => number): DLogger & { mute(): void } {
  const said = new Map<string, number>();
  let muted = false;
  const say = (level: string, entry: unknown) => {
    const [text = ""] = String(entry).split("\n");
    const kind = text.slice(0, 40);
    if (muted || EXPECTED.test(text) || now() - (said.get(kind) ?? -Infinity) < SAME_MESSAGE_MS) return;
    if (said.size > 200) said.clear();
    said.set(kind, now());
    write(`mortise engine: ${level}: ${text}\n`);
  };
  return {
    debug: () => {},
    info: () => {},
    warn: (entry) => say("warning", entry),
    error: (entry, metadata) => {
      if (!(metadata?.error instanceof RunFailure) && !(entry instanceof RunFailure)) say("error", entry);
    },
    mute: () => {
      muted = true;
    },
  };
}
