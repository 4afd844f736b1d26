import { linearPattern } from "@mortise/builders";
import {
  type Budget,
  type InstantForm,
  type InstantSource,
  type Operation,
  parsePointer,
  type StatusMatch,
} from "@mortise/contract";
import { setAt } from "../assign.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { ResetForm } from "./scenario.ts";

/** What a 429 is made for. */
export interface Throttled {
  /** Absent: `contract`. */
  readonly tell?: ResetForm | undefined;
  /** When it goes on, by the vendor's own clock: epoch ms. */
  readonly untilMs: number;
  /** The moment by the vendor's own clock: epoch ms. */
  readonly nowMs: number;
  readonly budget?: Budget | undefined;
}

/** 429, or the status that the outcome table has for it, with what tells when to come back. Moments are never told too early. */
export function throttleAnswer(operation: Operation | undefined, throttled: Throttled): SimulatedAnswer {
  const rows = operation?.outcomes.filter(
    ({ as, when }) => as === "throttled" && when.cel === undefined && when.headers === undefined,
  );
  const row = rows?.find(({ retryAfter }) => retryAfter !== undefined) ?? rows?.[0];
  const status = row?.when.status === undefined ? 429 : statusOf([row.when.status].flat()[0] ?? 429);
  const message = "Too many requests.";
  const plain: SimulatedAnswer = { status, headers: { "x-simulator": "throttled" }, body: { error: { status, message } } };
  const counted = throttled.budget?.remaining === undefined ? plain : withHeader(plain, throttled.budget.remaining.header, "0");
  const source = sourceOf(throttled, row?.retryAfter);
  return source === undefined ? counted : told(counted, source, throttled);
}

function sourceOf({ tell = "contract", budget }: Throttled, own: InstantSource | undefined): InstantSource | undefined {
  const reset = budget?.reset?.header ?? "x-ratelimit-reset";
  switch (tell) {
    case "contract":
      return own ?? budget?.reset ?? { header: "retry-after", as: "delta_s" };
    case "retry-after-seconds":
      return { header: "retry-after", as: "delta_s" };
    case "retry-after-date":
      return { header: "retry-after", as: "http_date" };
    case "reset-delta":
      return { header: reset, as: "delta_s" };
    case "reset-epoch":
      return { header: reset, as: "epoch_s" };
    case "reset-epoch-ms":
      return { header: reset, as: "epoch_ms" };
    case "nothing":
      return undefined;
  }
}

/** The answer with a moment at its place, in its form. */
function told(answer: SimulatedAnswer, { header, body, pattern, as }: InstantSource, throttled: Throttled): SimulatedAnswer {
  const figure = instantText(as, throttled);
  const text = pattern === undefined ? figure : (around(figure).find((each) => fits(pattern, each, figure)) ?? figure);
  if (header !== undefined) return withHeader(answer, header, text);
  const place = parsePointer(body ?? "");
  const isNumber = pattern === undefined && /^(epoch|delta)_/.test(as);
  return place === undefined ? answer : { ...answer, body: setAt(answer.body ?? {}, place, isNumber ? Number(text) : text) };
}

/** A moment as a header or a body says it. */
export function instantText(as: InstantForm, { untilMs, nowMs }: Pick<Throttled, "untilMs" | "nowMs">): string {
  const seconds = Math.max(0, Math.ceil((untilMs - nowMs) / 1_000));
  const whole = new Date(Math.ceil(untilMs / 1_000) * 1_000);
  switch (as) {
    case "epoch_s":
      return String(whole.getTime() / 1_000);
    case "epoch_ms":
      return String(Math.ceil(untilMs));
    case "delta_ms":
      return String(Math.max(0, Math.ceil(untilMs - nowMs)));
    case "http_date":
      return whole.toUTCString();
    case "date_time":
      return whole.toISOString();
    case "duration":
      return `${seconds}s`;
    case "delta_s":
    case "auto":
      return String(seconds);
  }
}

/** Sentences that vendors put a figure into. */
const around = (figure: string): readonly string[] => [
  figure,
  `Please try again in ${figure}s.`,
  `Please try again in ${figure} seconds.`,
  `Retry after ${figure}`,
  `retry_after=${figure}`,
  `Rate limit exceeded, retry in ${figure}.`,
];

function fits(pattern: string, text: string, figure: string): boolean {
  const compiled = linearPattern(pattern);
  return typeof compiled !== "string" && compiled.first(text) === figure;
}

const withHeader = (answer: SimulatedAnswer, name: string, text: string): SimulatedAnswer => ({
  ...answer,
  headers: { ...answer.headers, [name.toLowerCase()]: text },
});

const statusOf = (match: StatusMatch): number => (typeof match === "number" ? match : 429);
