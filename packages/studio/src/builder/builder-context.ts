import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { BuilderState, BuilderStore } from "./builder-store.ts";

const Context = createContext<BuilderStore | undefined>(undefined);

export const BuilderProvider = Context.Provider;

/** The store of the builder page around. */
export function useBuilderStore(): BuilderStore {
  const store = useContext(Context);
  if (!store) throw new Error("A builder component stands outside of BuilderProvider.");
  return store;
}

/** A part of the builder's state. */
export function useBuilder<T>(select: (state: BuilderState) => T): T {
  return useStore(useBuilderStore(), select);
}

/** Whether there is something to undo or redo, and how. */
export function useHistory() {
  const { temporal } = useBuilderStore();
  return {
    canUndo: useStore(temporal, (state) => state.pastStates.length > 0),
    canRedo: useStore(temporal, (state) => state.futureStates.length > 0),
    undo: () => temporal.getState().undo(),
    redo: () => temporal.getState().redo(),
  };
}
