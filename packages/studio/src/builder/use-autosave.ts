import type { Workflow } from "@mortise/workflow";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { ApiProblem, request } from "../api/request.ts";
import type { StoredWorkflow } from "../api/types.ts";
import { useBuilderStore } from "./builder-context.ts";

const DEBOUNCE_MS = 800;

/** Where the document stands against the server. */
export type SaveState =
  | { readonly kind: "saved" | "dirty" | "saving" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "conflict"; readonly revision: number; readonly document: Workflow };

/**
 * Saves the draft 800 ms after the last change, or at once. A save carries the revision it builds on (If-Match); when somebody
 * else saved in between, saving stops until a person chooses.
 */
export function useAutosave(stored: StoredWorkflow) {
  const store = useBuilderStore();
  const client = useQueryClient();
  const revision = useRef(stored.revision);
  const saved = useRef(stored.document);
  const running = useRef<Promise<boolean> | undefined>(undefined);
  const [state, setState] = useState<SaveState>({ kind: "saved" });

  const put = useCallback(async (): Promise<boolean> => {
    const { document } = store.getState();
    if (document === saved.current) {
      setState({ kind: "saved" });
      return true;
    }
    setState({ kind: "saving" });
    try {
      const answer = await request<{ revision: number }>(`workflows/${encodeURIComponent(stored.id)}`, {
        method: "PUT",
        body: { document },
        ifMatch: revision.current,
      });
      revision.current = answer.revision;
      saved.current = document;
      void client.invalidateQueries({ queryKey: ["workflows"], exact: true });
      client.setQueryData<StoredWorkflow>(
        ["workflows", stored.id],
        (before) => before && { ...before, document, revision: answer.revision },
      );
      setState({ kind: store.getState().document === document ? "saved" : "dirty" });
      return true;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 412) {
        const current = error.body as { readonly revision?: number; readonly document?: Workflow };
        if (current.revision !== undefined && current.document !== undefined) {
          setState({ kind: "conflict", revision: current.revision, document: current.document });
          return false;
        }
      }
      setState({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }, [client, store, stored.id]);

  /** Saves now; true when the server has what the page shows. */
  const save = useCallback(async (): Promise<boolean> => {
    while (running.current) await running.current;
    running.current = put().finally(() => {
      running.current = undefined;
    });
    return running.current;
  }, [put]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = store.subscribe((now, before) => {
      if (now.document === before.document) return;
      setState((current) => (current.kind === "conflict" ? current : { kind: "dirty" }));
      clearTimeout(timer);
      timer = setTimeout(() => {
        setState((current) => {
          if (current.kind !== "conflict") void save();
          return current;
        });
      }, DEBOUNCE_MS);
    });
    return () => {
      unsubscribe();
      if (timer !== undefined) {
        clearTimeout(timer);
        if (store.getState().document !== saved.current) void save();
      }
    };
  }, [save, store]);

  /** Ends a conflict: the page's document wins, or the server's. */
  const resolve = useCallback(
    (keep: "mine" | "theirs") => {
      if (state.kind !== "conflict") return;
      revision.current = state.revision;
      if (keep === "theirs") {
        saved.current = state.document;
        store.getState().replace(state.document);
        setState({ kind: "saved" });
      } else void save();
    },
    [save, state, store],
  );

  return { state, save, resolve };
}
