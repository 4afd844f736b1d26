import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Decision, Task } from "./tasks-api.ts";

/** Approve or reject, with a reason. */
export function ApprovalForm({
  task: { needed = 1, veto, reasonNeeded },
  busy,
  onAnswer,
}: {
  readonly task: Task;
  readonly busy: boolean;
  readonly onAnswer: (decision: Decision) => void;
}) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  const [asked, setAsked] = useState(false);
  const said = reason.trim();
  const missing = reasonNeeded === true && said === "";
  const answer = (approved: boolean) => {
    setAsked(true);
    if (!missing) onAnswer({ approved, ...(said === "" ? {} : { reason: said }) });
  };
  return (
    <div className="task-answer">
      <p className="m-muted">
        {t("tasks.needed", { count: needed })} {veto && t("tasks.veto")}
      </p>
      <Textarea
        label={t("tasks.reason")}
        description={t("tasks.reasonHelp")}
        required={reasonNeeded === true}
        error={asked && missing ? t("tasks.reasonNeeded") : undefined}
        value={reason}
        maxLength={4_000}
        autosize
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <div className="task-actions">
        <Button onClick={() => answer(true)} loading={busy}>
          {t("tasks.approve")}
        </Button>
        <Button variant="default" onClick={() => answer(false)} disabled={busy}>
          {t("tasks.reject")}
        </Button>
      </div>
    </div>
  );
}
