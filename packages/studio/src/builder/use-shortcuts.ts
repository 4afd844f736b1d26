import { useEffect } from "react";
import { TRIGGER } from "../canvas/graph.ts";
import { deleteNode } from "../document/delete-node.ts";
import { duplicateNode } from "../document/duplicate-node.ts";
import { useBuilderStore } from "./builder-context.ts";

/** What the keys do; single letters work only outside of fields. */
export function useShortcuts(actions: {
  readonly save: () => void;
  readonly run: () => void;
  readonly toggleOutline: () => void;
  readonly toggleIssues: () => void;
}): void {
  const store = useBuilderStore();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const command = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      const target = event.target as HTMLElement;
      const typing = target.matches("input, textarea, select, [contenteditable=true]");
      const inDialog = target.closest('[role="dialog"]') !== null;
      const { selected, edit, select } = store.getState();
      const isStep = selected !== null && selected !== TRIGGER;
      const act = (action: () => void) => {
        event.preventDefault();
        action();
      };
      if (command && key === "s") return act(actions.save);
      if (inDialog) return;
      if (command && key === "enter") return act(actions.run);
      if (command && key === "z" && !typing)
        return act(() => (event.shiftKey ? store.temporal.getState().redo() : store.temporal.getState().undo()));
      if (typing || command || event.altKey) {
        if (command && key === "d" && isStep && !typing) {
          const copy = duplicateNode(store.getState().document, selected);
          act(() => edit(() => copy.document, { select: copy.name }));
        }
        return;
      }
      if ((event.key === "Delete" || event.key === "Backspace") && isStep)
        act(() => edit((document) => deleteNode(document, selected), { select: null }));
      else if (event.key === "Escape" && selected !== null && !event.defaultPrevented) act(() => select(null));
      else if (key === "o") act(actions.toggleOutline);
      else if (key === "i") act(actions.toggleIssues);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
}
