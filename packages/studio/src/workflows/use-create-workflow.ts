import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import { newWorkflow } from "../document/new-workflow.ts";

/** Makes an empty workflow and opens it. */
export function useCreateWorkflow() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () =>
      request<{ id: string }>("workflows", { method: "POST", body: { document: newWorkflow(t("workflows.untitled")) } }),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ["workflows"], exact: true });
      return navigate({ to: "/workflows/$id/edit", params: { id } });
    },
    onError: (error) => notifications.show({ color: "red", title: t("workflows.notCreated"), message: error.message }),
  });
}
