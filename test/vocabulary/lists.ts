import type { Json, JsonSchemaObject, Operation } from "@mortise/contract";
import type { CallRequest, Connection, Runtime, StreamedPage, StreamRequest } from "@mortise/runtime";
import { onTestFinished } from "vitest";
import type { Seen } from "./vendor.ts";

/** Closes them when the test has ended, the last one first. */
export function closeAfter(...all: readonly { close(): Promise<void> }[]): void {
  for (const each of all) onTestFinished(() => each.close());
}

/** An operation with a list at `/rows`, of items with an `id`. */
export const LIST = {
  identity: ["/id"],
  stream: { items: "/rows", resume: "cursor" },
  output: {
    type: "object",
    required: ["rows"],
    properties: { rows: { type: "array", items: { type: "object", required: ["id"] } } },
  } satisfies JsonSchemaObject,
} as const satisfies Partial<Operation>;

/** Items 1 to `count`, with what else a test needs in them. */
export function itemsTo(count: number): { id: number }[];
export function itemsTo<T extends object>(count: number, more: (id: number) => T): (T & { id: number })[];
export function itemsTo(count: number, more: (id: number) => object = () => ({})): object[] {
  return Array.from({ length: count }, (_, index) => ({ id: index + 1, ...more(index + 1) }));
}

/** What was asked, in order. */
export const targets = (seen: readonly Seen[]): readonly string[] => seen.map(({ target }) => target);

export const idsOf = (items: readonly Json[]): readonly Json[] =>
  items.map((item) => (typeof item === "object" && item !== null && "id" in item ? item.id : null));

/** All pages of a stream. */
export async function pagesOf(
  runtime: Runtime,
  connection: Connection,
  operation: string,
  request: Partial<StreamRequest> = {},
): Promise<StreamedPage[]> {
  const pages: StreamedPage[] = [];
  for await (const page of runtime.stream(`vendor/${operation}`, { connection, input: {}, ...request })) pages.push(page);
  return pages;
}

/** The ids of what a call gives; throws the error it ends with. */
export async function readIds(
  runtime: Runtime,
  connection: Connection,
  operation: string,
  request: Partial<CallRequest> = {},
): Promise<readonly Json[]> {
  const result = await runtime.call<{ rows: readonly Json[] }>(`vendor/${operation}`, { connection, input: {}, ...request });
  if (result.outcome !== "success") throw new Error(`${result.error.code}: ${result.error.message}`);
  return idsOf(result.output.rows);
}
