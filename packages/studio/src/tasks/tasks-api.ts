import type { Json, JsonSchema } from "@mortise/contract";
import { queryOptions } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** What a run asks of people. */
export interface Task {
  readonly id: string;
  readonly kind: "approval" | "form";
  readonly runId: string;
  readonly path: string;
  readonly title: string;
  readonly description?: string;
  readonly details?: Json;
  readonly schema?: JsonSchema;
  readonly people: readonly string[];
  readonly needed?: number;
  readonly veto?: boolean;
  readonly reasonNeeded?: boolean;
  readonly openedAt: string;
  readonly expiresAt: string;
  readonly outcome?: string;
  readonly closedAt?: string;
  readonly answers: readonly { readonly by: string | null; readonly at: string; readonly answer: Json }[];
  /** Whether who asks may answer it now. */
  readonly mayDecide: boolean;
}

/** An answer to a task. */
export type Decision = { readonly approved: boolean; readonly reason?: string } | { readonly data: Json };

export const tasksQuery = (state: "open" | "closed") =>
  queryOptions({
    queryKey: ["tasks", state],
    queryFn: async () => (await request<{ tasks: readonly Task[] }>(`tasks?state=${state}`)).tasks,
    refetchInterval: 5_000,
  });

export const taskQuery = (id: string) =>
  queryOptions({
    queryKey: ["tasks", "one", id],
    queryFn: async () => (await request<{ task: Task }>(`tasks/${encodeURIComponent(id)}`)).task,
    staleTime: 0,
  });

/** Answers a task; the task as it then stands. */
export async function decide(id: string, decision: Decision): Promise<Task> {
  return (await request<{ task: Task }>(`tasks/${encodeURIComponent(id)}/decision`, { method: "POST", body: decision })).task;
}
