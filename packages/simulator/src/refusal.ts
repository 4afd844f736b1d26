import { type Json, type Operation, type OutcomeClass, parsePointer, type StatusMatch } from "@mortise/contract";
import { setAt } from "./assign.ts";
import type { SimulatedAnswer } from "./simulated-answer.ts";

const STATUS: { readonly [as in OutcomeClass]?: number } = {
  invalidInput: 400,
  credential: 401,
  notFound: 404,
  conflict: 409,
  rejected: 422,
  throttled: 429,
  transient: 503,
  configuration: 403,
};

/**
 * An answer that an operation's outcome table reads as a class: the status of the first row for it that asks for nothing else, with the
 * message where that row looks for it. Without such a row, the usual status.
 */
export function refusal(
  operation: Operation | undefined,
  as: Exclude<OutcomeClass, "success">,
  message: string,
): SimulatedAnswer {
  const row = operation?.outcomes.find(
    ({ as: own, when }) => own === as && when.status !== undefined && when.cel === undefined && when.headers === undefined,
  );
  const status = row?.when.status === undefined ? (STATUS[as] ?? 400) : statusOf([row.when.status].flat()[0] ?? 400);
  const place = row?.messageFrom === undefined ? undefined : parsePointer(row.messageFrom);
  const plain: Json = { error: { status, message } };
  const body = place === undefined || place.length === 0 ? plain : listsAt(plain, place, message);
  return { status, headers: { "x-simulator": as }, body };
}

/** Sets a message at a place; a number in the place is an index of a list. */
function listsAt(value: Json, [key, ...rest]: readonly string[], message: string): Json {
  if (key === undefined) return message;
  const below = rest.length === 0 ? message : listsAt({}, rest, message);
  return /^\d+$/.test(key) && Object.keys(value ?? {}).length === 0 ? [below] : setAt(value, [key], below);
}

const statusOf = (match: StatusMatch): number => (typeof match === "number" ? match : Number(match.charAt(0)) * 100);
