import { Button, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Somebody else saved this workflow in between: a person chooses which document stays. */
export function ConflictDialog({ onResolve }: { readonly onResolve: (keep: "mine" | "theirs") => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t("conflict.title")}
    >
      <p>{t("conflict.text")}</p>
      <div className="dialog-actions">
        <Button variant="default" onClick={() => onResolve("theirs")}>
          {t("conflict.theirs")}
        </Button>
        <Button onClick={() => onResolve("mine")}>{t("conflict.mine")}</Button>
      </div>
    </Modal>
  );
}
