import { joinWords } from "@mortise/contract";
import { contractOf } from "../catalogue.ts";
import { finding, type WorkflowRule } from "./workflow-rule.ts";

/** A connection is of the operation's connector, and signs in in a way that the operation accepts. */
export const connectionMismatch: WorkflowRule = {
  code: "CONNECTION_MISMATCH",
  check: ({ calls }) =>
    [...calls.values()].flatMap(({ graph, found, connection }) => {
      if (connection === undefined) return [];
      const { name } = contractOf(found);
      const path = `${graph.pointer}/connection`;
      const used = `"${graph.name}" uses the connection "${graph.node.connection}"`;
      if (connection.connector !== undefined && connection.connector.split("@")[0] !== name) {
        const message = `${used}, which is for ${connection.connector}, and the operation is of ${name}.`;
        return [finding("CONNECTION_MISMATCH", "error", path, message, { title: `Choose a connection for ${name}.` })];
      }
      const { auth: accepted } = found.operation;
      if (connection.auth === undefined || accepted === undefined || accepted.length === 0) return [];
      if (accepted.includes(connection.auth)) return [];
      const message = `${used}, which signs in by "${connection.auth}"; ${found.operation.title} accepts ${joinWords(accepted)}.`;
      return [finding("CONNECTION_MISMATCH", "error", path, message, { title: "Choose a connection that signs in so." })];
    }),
};
