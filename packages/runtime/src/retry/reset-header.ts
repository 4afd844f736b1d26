import type { Budget } from "@mortise/contract";
import { httpDate, MAX_RETRY_AFTER_MS, retryAfterMs } from "./retry-after.ts";

type Headers = { readonly [name: string]: string };

/** The wait until a budget's window starts anew, ms, by the header its contract names. Undefined where that is absent or junk. */
export function resetMs(reset: Budget["reset"], headers: Headers, nowMs: number): number | undefined {
  const text = reset === undefined ? undefined : headers[reset.header.toLowerCase()]?.trim();
  if (reset === undefined || text === undefined || text === "") return undefined;
  if (reset.as === "http_date") return retryAfterMs(text, headers.date, nowMs);
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  const here = httpDate(headers.date ?? "") ?? nowMs;
  const ms = reset.as === "delta_s" ? number * 1_000 : reset.as === "epoch_s" ? number * 1_000 - here : number - here;
  return Math.min(Math.max(0, Math.round(ms)), MAX_RETRY_AFTER_MS);
}

/** Whether the answer says that no permit is left in this window. */
export function isSpent(remaining: Budget["remaining"], headers: Headers): boolean {
  const text = remaining === undefined ? undefined : headers[remaining.header.toLowerCase()]?.trim();
  return text !== undefined && text !== "" && Number(text) <= 0;
}
