import type { Json } from "@mortise/contract";
import type { OpenedWait, WaitAnswer, WaitRequest, WaitState } from "../ports/wait-store.ts";
import type { NodeTools } from "./node-tools.ts";

/** Opens a wait of this node. */
export async function openWait(tools: NodeTools, request: Omit<WaitRequest, "runId" | "path">): Promise<OpenedWait> {
  const { runId, path } = tools.place.root;
  const { waits } = tools;
  return (await tools.step("open", async () => (await waits.open({ ...request, runId, path })) as unknown as Json)) as never;
}

/** What has come so far. */
export async function lookAt(tools: NodeTools, { id }: OpenedWait): Promise<WaitState> {
  const { waits } = tools;
  return (await tools.step("look", async () => (await waits.read(id)) as unknown as Json)) as never;
}

/** Ends a wait: no answer counts any more. */
export async function closeWait(tools: NodeTools, { id }: OpenedWait, outcome: string): Promise<void> {
  const { waits } = tools;
  await tools.step("close", async () => {
    await waits.close(id, outcome);
    return null;
  });
}

/** Waits for the first answer; undefined when its time is over. */
export async function firstAnswer(tools: NodeTools, wait: OpenedWait): Promise<WaitAnswer | undefined> {
  for (;;) {
    const { answers, nowMs } = await lookAt(tools, wait);
    const [answer] = answers;
    if (answer !== undefined || nowMs >= wait.expiresAtMs) {
      await closeWait(tools, wait, answer === undefined ? "expired" : "answered");
      return answer;
    }
    await tools.until({ atMs: wait.expiresAtMs, waits: [wait.id] });
  }
}
