import { joinPointer } from "@mortise/contract";
import { asObject } from "../../model/loose.ts";
import { spoken } from "./spoken-duration.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

const DAY_MS = 86_400_000;

/** What waits for somebody or something has an end, and one that somebody has chosen. */
export const unboundedWait: WorkflowRule = {
  code: "UNBOUNDED_WAIT",
  check: ({ cores }) =>
    [...cores.values()].flatMap(({ graph, traits: { waits, expiry } }) => {
      const params = asObject(graph.node.with);
      const isForever = waits === "forever";
      const isDefault = typeof waits === "number" && expiry !== undefined && !Object.hasOwn(params, expiry);
      if (!isForever && !isDefault) return [];
      const path = graph.node.with === undefined ? graph.pointer : `${graph.pointer}/with`;
      const value = isDefault ? `${Math.round(waits / DAY_MS)}d` : "7d";
      const end = isForever
        ? "where nothing ever comes, the run stays open for ever"
        : `where nothing comes, the run stays open for ${spoken(waits)}, which nobody has chosen`;
      const fix =
        expiry === undefined || graph.node.with === undefined
          ? { title: "Put an end to it." }
          : { title: `Say how long, e.g. ${value}.`, patch: [{ op: "add" as const, path: path + joinPointer(expiry), value }] };
      const message = `"${graph.name}" waits for somebody or something: ${end}.`;
      return [finding("UNBOUNDED_WAIT", isForever ? "warning" : "info", path, message, fix)];
    }),
};
