import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";

/** Makes the secret that a webhook's deliveries are signed with; it is shown once. */
export function TriggerSecret({ workflowId }: { readonly workflowId: string }) {
  const { t } = useTranslation();
  const make = useMutation({
    mutationFn: () =>
      request<{ secret: string }>(`workflows/${encodeURIComponent(workflowId)}/trigger/secret`, { method: "POST", body: {} }),
  });
  return (
    <div>
      <Button variant="default" size="compact-sm" loading={make.isPending} onClick={() => make.mutate()}>
        {t("trigger.secret")}
      </Button>
      {make.data && (
        <TextInput
          label={t("trigger.secret")}
          description={t("trigger.secretNote")}
          readOnly
          value={make.data.secret}
          classNames={{ input: "m-mono" }}
        />
      )}
    </div>
  );
}
