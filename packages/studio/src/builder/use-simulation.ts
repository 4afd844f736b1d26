import type { Diagnostic } from "@mortise/contract";
import type { Workflow } from "@mortise/workflow";
import { useQuery } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** What keeps a draft from being tried with simulated systems; undefined until the server has said. Asked only where it is wanted. */
export function useSimulation(document: Workflow, isWanted: boolean): readonly Diagnostic[] | undefined {
  const asked = useQuery({
    queryKey: ["simulation", document],
    queryFn: async () =>
      (await request<{ problems: readonly Diagnostic[] }>("workflows/simulation", { method: "POST", body: { document } }))
        .problems,
    enabled: isWanted,
    gcTime: 0,
  });
  return asked.data;
}
