import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** What waits for somebody or something has an end. */
export const unboundedWait: WorkflowRule = {
  code: "UNBOUNDED_WAIT",
  check: ({ cores }) =>
    [...cores.values()].flatMap(({ graph, traits }) => {
      if (traits.waits !== "forever") return [];
      const { expiry } = traits;
      const message = `"${graph.name}" waits until somebody or something comes; where nothing ever does, the run stays open for ever.`;
      const path = `${graph.pointer}/with`;
      const fix =
        expiry === undefined
          ? { title: "Put an end to it." }
          : { title: "Wait at most 7 days.", patch: [{ op: "add" as const, path: `${path}/${expiry}`, value: "7d" }] };
      return [finding("UNBOUNDED_WAIT", "warning", graph.node.with === undefined ? graph.pointer : path, message, fix)];
    }),
};
