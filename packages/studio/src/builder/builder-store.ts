/**
 * The document that is being edited, what is selected in it, and its history.
 *
 * Owns: the document, the selection, undo and redo.
 * Does not own: saving (use-autosave), checking (use-check), what a change means (document/).
 * Talks to: nobody.
 * Invariants:
 *   S1. One gesture is one undo step: changes of the same gesture within a second of each other join.
 *   S2. Undo brings back the document and the selection together.
 *   S3. A change that changes nothing leaves no undo step.
 */
import type { Workflow } from "@mortise/workflow";
import { type TemporalState, temporal } from "zundo";
import type { StoreApi } from "zustand";
import { createStore } from "zustand/vanilla";
import { TRIGGER } from "../canvas/graph.ts";
import { findNode } from "../document/node-sets.ts";

export interface BuilderState {
  readonly document: Workflow;
  /** Name of the selected node, the trigger's id, or null for the workflow itself. */
  readonly selected: string | null;
  /** Changes the document. `gesture` joins what belongs together; absent: a step of its own. */
  edit(change: (document: Workflow) => Workflow, options?: { readonly gesture?: string; readonly select?: string | null }): void;
  select(name: string | null): void;
  /** Takes a document from outside, such as the server's newer one; clears the history. */
  replace(document: Workflow): void;
}

interface Tracked {
  readonly document: Workflow;
  readonly selected: string | null;
}

export type BuilderStore = StoreApi<BuilderState> & { readonly temporal: StoreApi<TemporalState<Tracked>> };

const JOIN_MS = 1_000;

/** Makes the store of one builder page; `now` is epoch ms. */
export function createBuilderStore(document: Workflow, now: () => number): BuilderStore {
  let last: { readonly gesture: string; readonly at: number } | undefined;
  const store = createStore<BuilderState>()(
    temporal(
      (set, get) => ({
        document,
        selected: null,
        edit: (change, { gesture, select } = {}) => {
          const before = get();
          const next = change(before.document);
          if (next === before.document) return;
          const at = now();
          const joins = gesture !== undefined && last?.gesture === gesture && at - last.at < JOIN_MS;
          last = gesture === undefined ? undefined : { gesture, at };
          const selected = keep(next, select === undefined ? before.selected : select);
          const history = store.temporal.getState();
          if (joins) history.pause();
          set({ document: next, selected });
          if (joins) history.resume();
        },
        select: (name) => {
          const history = store.temporal.getState();
          history.pause();
          set({ selected: name });
          history.resume();
          last = undefined;
        },
        replace: (next) => {
          set({ document: next, selected: keep(next, get().selected) });
          store.temporal.getState().clear();
        },
      }),
      {
        partialize: ({ document: tracked, selected }): Tracked => ({ document: tracked, selected }),
        equality: (a, b) => a.document === b.document,
        limit: 200,
      },
    ),
  );
  return store;
}

function keep(document: Workflow, selected: string | null): string | null {
  if (selected === null || selected === TRIGGER) return selected;
  return findNode(document, selected) ? selected : null;
}
