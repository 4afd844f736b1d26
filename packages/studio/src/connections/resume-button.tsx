import "../text/connect-texts.ts";
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";

/** Lets a connection that is paused take calls again, in every process. */
export function ResumeButton({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: () => request<undefined>(`connections/${encodeURIComponent(name)}/resume`, { method: "POST" }),
    onSuccess: () => notifications.show({ color: "green", message: t("standing.isResumed", { name }) }),
    onError: (error) => notifications.show({ color: "red", title: t("standing.failed"), message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ["connections"] }),
  });
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={resume.isPending}
      aria-label={t("standing.resumeOne", { name })}
      onClick={() => resume.mutate()}
    >
      {t("standing.resume")}
    </Button>
  );
}
