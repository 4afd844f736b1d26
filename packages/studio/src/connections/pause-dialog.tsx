import "./connection-standing.css";
import "../text/connect-texts.ts";
import { Button, Modal, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import { Problem } from "../ui/problem.tsx";

const LONGEST_REASON = 500;

/** Pauses a connection in every process; the reason is shown to whoever is refused. */
export function PauseDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const pause = useMutation({
    mutationFn: () =>
      request<undefined>(`connections/${encodeURIComponent(name)}/pause`, { method: "POST", body: { reason: reason.trim() } }),
    onSuccess: async () => {
      notifications.show({ color: "yellow", message: t("standing.isPaused", { name }) });
      await client.invalidateQueries({ queryKey: ["connections"] });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("standing.pauseTitle", { name })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        className="standing-pause"
        onSubmit={(event) => {
          event.preventDefault();
          pause.mutate();
        }}
      >
        <p className="m-muted">{t("standing.pauseText")}</p>
        <Textarea
          label={t("standing.reason")}
          description={t("standing.reasonHelp")}
          required
          autosize
          minRows={2}
          maxLength={LONGEST_REASON}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        {pause.error && <Problem error={pause.error} />}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={pause.isPending} disabled={reason.trim() === ""}>
            {t("standing.pauseNow")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
