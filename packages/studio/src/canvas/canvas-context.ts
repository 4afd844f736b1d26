import type { Diagnostic } from "@mortise/contract";
import { createContext, useContext } from "react";
import type { UseInfo } from "../builder/use-catalog.ts";
import type { Place } from "../document/insert-node.ts";
import type { NodeStatus } from "../runs/run-state.ts";

/** What the parts of a canvas share. */
export interface CanvasSettings {
  readonly describe: (use: string) => UseInfo;
  /** Absent: the canvas only shows. */
  readonly onInsert?: (place: Place) => void;
  /** By node name. */
  readonly statuses: { readonly [name: string]: NodeStatus };
  readonly issues: { readonly [name: string]: Diagnostic["severity"] };
  readonly triggerUse: string;
  readonly triggerDetail: string;
}

const Context = createContext<CanvasSettings>({
  describe: (use) => ({ title: use, subtitle: "" }),
  statuses: {},
  issues: {},
  triggerUse: "manual",
  triggerDetail: "",
});

export const CanvasProvider = Context.Provider;

export function useCanvas(): CanvasSettings {
  return useContext(Context);
}
