import type { Contract, JsonSchemaObject } from "@mortise/contract";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./request.ts";
import type {
  Connection,
  ConnectorSummary,
  CoreNode,
  Described,
  Mail,
  RunSummary,
  Session,
  StoredRun,
  StoredWorkflow,
  TriggerSummary,
  WorkflowSummary,
} from "./types.ts";

const FIVE_MINUTES_MS = 300_000;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => request<Session>("session"),
  staleTime: FIVE_MINUTES_MS,
});

export const connectorsQuery = queryOptions({
  queryKey: ["connectors"],
  queryFn: async () => (await request<{ connectors: readonly ConnectorSummary[] }>("catalog/connectors")).connectors,
  staleTime: FIVE_MINUTES_MS,
});

export const contractQuery = (name: string) =>
  queryOptions({
    queryKey: ["connectors", name],
    queryFn: () => request<Contract>(`catalog/connectors/${encodeURIComponent(name)}`),
    staleTime: FIVE_MINUTES_MS,
    enabled: name !== "",
  });

export const coreNodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: async () => (await request<{ nodes: readonly CoreNode[] }>("catalog/nodes")).nodes,
  staleTime: FIVE_MINUTES_MS,
});

export const triggersQuery = queryOptions({
  queryKey: ["triggers"],
  queryFn: () => request<{ triggers: readonly TriggerSummary[]; flow: JsonSchemaObject }>("catalog/triggers"),
  staleTime: FIVE_MINUTES_MS,
});

export const rulesQuery = queryOptions({
  queryKey: ["rules"],
  queryFn: async () => (await request<{ rules: readonly Described[] }>("catalog/rules")).rules,
  staleTime: FIVE_MINUTES_MS,
});

export const transformersQuery = queryOptions({
  queryKey: ["transformers"],
  queryFn: async () => (await request<{ transformers: readonly Described[] }>("catalog/transformers")).transformers,
  staleTime: FIVE_MINUTES_MS,
});

export const connectionsQuery = queryOptions({
  queryKey: ["connections"],
  queryFn: async () => (await request<{ connections: readonly Connection[] }>("connections")).connections,
});

export const workflowsQuery = queryOptions({
  queryKey: ["workflows"],
  queryFn: async () => (await request<{ workflows: readonly WorkflowSummary[] }>("workflows")).workflows,
  refetchInterval: 5_000,
});

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ["workflows", id],
    queryFn: () => request<StoredWorkflow>(`workflows/${encodeURIComponent(id)}`),
    staleTime: 0,
    refetchOnWindowFocus: false,
  });

/** Which runs a list shows. */
export interface RunFilter {
  readonly workflow?: string;
  readonly status?: string;
  readonly limit?: number;
}

export const runsQuery = (filter: RunFilter) =>
  queryOptions({
    queryKey: ["runs", filter],
    queryFn: async () => {
      const search = new URLSearchParams(
        Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
      );
      return (await request<{ runs: readonly RunSummary[] }>(`runs?${search}`)).runs;
    },
    refetchInterval: 3_000,
  });

export const runQuery = (id: string) =>
  queryOptions({ queryKey: ["runs", id], queryFn: () => request<StoredRun>(`runs/${encodeURIComponent(id)}`), staleTime: 0 });

export const inboxQuery = queryOptions({
  queryKey: ["inbox"],
  queryFn: async () => (await request<{ mails: readonly Mail[] }>("demo/inbox")).mails,
  refetchInterval: 3_000,
});
