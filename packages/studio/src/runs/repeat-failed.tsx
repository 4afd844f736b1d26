import "../text/run-controls-texts.ts";
import { Button, Modal } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import { Problem } from "../ui/problem.tsx";

interface Repeated {
  readonly repeated: readonly object[];
  readonly refused: readonly { readonly message: string }[];
}

/** Repeats all failed runs of the list, slowly. */
export function RepeatFailed({ workflow }: { readonly workflow: string | undefined }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const repeat = useMutation({
    mutationFn: () =>
      request<Repeated>("runs/repeat-failed", { method: "POST", body: workflow === undefined ? {} : { workflow } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["runs"] }),
  });
  const close = () => {
    setOpen(false);
    repeat.reset();
  };
  return (
    <>
      <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={() => setOpen(true)}>
        {t("runControls.repeatAll")}
      </Button>
      <Modal
        opened={open}
        onClose={close}
        title={t("runControls.repeatAll")}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        {repeat.data ? (
          <p role="status">{outcomeOf(repeat.data, t)}</p>
        ) : (
          <p className="m-muted">{t("runControls.repeatAllHelp")}</p>
        )}
        {repeat.error && <Problem error={repeat.error} />}
        <div className="dialog-actions">
          <Button variant="default" onClick={close}>
            {t(repeat.data ? "common.close" : "common.cancel")}
          </Button>
          {!repeat.data && (
            <Button loading={repeat.isPending} onClick={() => repeat.mutate()}>
              {t("runControls.start")}
            </Button>
          )}
        </div>
      </Modal>
    </>
  );
}

function outcomeOf({ repeated, refused }: Repeated, t: ReturnType<typeof useTranslation>["t"]): string {
  const done = t("runControls.repeated", { count: repeated.length });
  const [first] = refused;
  return first === undefined ? done : `${done} ${t("runControls.refused", { count: refused.length, message: first.message })}`;
}
