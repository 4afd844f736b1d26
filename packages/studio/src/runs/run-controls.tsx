import "../text/run-controls-texts.ts";
import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import { CancelButton } from "./run-panel.tsx";
import type { RunStatusName } from "./run-state.ts";

/** How a run is repeated. */
export interface RepeatBody {
  readonly from?: readonly string[];
  readonly edits?: { readonly [path: string]: unknown };
  readonly newKeys?: boolean;
}

/** Repeats a run and goes to the new one. */
export function useRepeat(runId: string) {
  const navigate = useNavigate();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: RepeatBody) =>
      request<{ readonly runId: string }>(`runs/${encodeURIComponent(runId)}/repeat`, { method: "POST", body }),
    onSuccess: async ({ runId: id }) => {
      void client.invalidateQueries({ queryKey: ["runs"] });
      await navigate({ to: "/runs/$id", params: { id } });
    },
  });
}

/** What can be done with a run as it stands. */
export function RunControls({ runId, status }: { readonly runId: string; readonly status: RunStatusName }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const turn = useMutation({
    mutationFn: (what: "pause" | "resume") => request(`runs/${encodeURIComponent(runId)}/${what}`, { method: "POST", body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
  const repeat = useRepeat(runId);
  if (status === "failed" || status === "cancelled")
    return (
      <Button
        size="compact-sm"
        title={t("runControls.repeatHelp")}
        leftSection={<IconRefresh size={14} />}
        loading={repeat.isPending}
        onClick={() => repeat.mutate({})}
      >
        {t("runControls.repeat")}
      </Button>
    );
  if (status === "succeeded") return null;
  const isPaused = status === "paused";
  return (
    <>
      <Button
        variant={isPaused ? "filled" : "default"}
        size="compact-sm"
        leftSection={isPaused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
        loading={turn.isPending}
        onClick={() => turn.mutate(isPaused ? "resume" : "pause")}
      >
        {t(isPaused ? "runControls.resume" : "runControls.pause")}
      </Button>
      <CancelButton runId={runId} />
    </>
  );
}
