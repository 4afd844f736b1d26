import { joinWords } from "@mortise/contract";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** Connections lie in the regions that the policy names. One of unknown region does not, so it is told too. */
export const regionNotAllowed: WorkflowRule = {
  code: "REGION_NOT_ALLOWED",
  check: ({ calls, policy: { regions } }) => {
    if (regions === undefined) return [];
    return [...calls.values()].flatMap(({ graph, connection }) => {
      if (graph.node.connection === undefined || (connection?.region !== undefined && regions.includes(connection.region)))
        return [];
      const found = connection?.region === undefined ? "in a region that is not known" : `in "${connection.region}"`;
      const allowed = regions.length === 0 ? "nowhere" : `only in ${joinWords(regions)}`;
      const message = `"${graph.name}" sends data to "${graph.node.connection}", which lies ${found}; it may go ${allowed}.`;
      const fix = { title: "Use a connection in an allowed region." };
      return [finding("REGION_NOT_ALLOWED", "error", `${graph.pointer}/connection`, message, fix)];
    });
  },
};
