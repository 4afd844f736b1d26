import "../text/connect-texts.ts";
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import type { ConnectionTest } from "../api/types.ts";
import { formatDuration } from "../runs/run-state.ts";

/** Tries a connection and says what came of it. */
export function TestButton({ name }: { readonly name: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => request<ConnectionTest>(`connections/${encodeURIComponent(name)}/test`, { method: "POST", body: {} }),
    onSuccess: ({ outcome, message, durationMs }) => {
      const works = outcome === "success";
      notifications.show({
        color: works ? "green" : "red",
        title: t(works ? "connection.works" : "connection.fails", { name }),
        message: `${message} · ${formatDuration(durationMs)}`,
        autoClose: works ? 4_000 : 12_000,
      });
    },
    onError: (error) => notifications.show({ color: "red", title: t("connection.fails", { name }), message: error.message }),
    onSettled: () => client.invalidateQueries({ queryKey: ["connections"] }),
  });
  return (
    <Button
      variant="default"
      size="compact-sm"
      loading={test.isPending}
      aria-label={t("connection.testOne", { name })}
      onClick={() => test.mutate()}
    >
      {t("connection.test")}
    </Button>
  );
}
