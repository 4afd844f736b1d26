import "../text/run-controls-texts.ts";
import { Button, Checkbox, Modal } from "@mantine/core";
import type { Json } from "@mortise/contract";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonInput } from "../forms/json-input.tsx";
import { Problem } from "../ui/problem.tsx";
import { useRepeat } from "./run-controls.tsx";
import type { StepView } from "./run-state.ts";

/** Repeats a run from a step on, with the input that it had or another one. */
export function RepeatFromHere({ runId, step }: { readonly runId: string; readonly step: StepView }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" size="compact-sm" leftSection={<IconRefresh size={14} />} onClick={() => setOpen(true)}>
        {t("runControls.fromHere")}
      </Button>
      {open && <Dialog runId={runId} step={step} onClose={() => setOpen(false)} />}
    </>
  );
}

function Dialog({ runId, step, onClose }: { readonly runId: string; readonly step: StepView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const repeat = useRepeat(runId);
  const [input, setInput] = useState<Json | undefined>(step.input);
  const isUnknown = step.error?.code === "UNKNOWN_OUTCOME";
  const [newKeys, setNewKeys] = useState(false);
  const isCall = !step.use.startsWith("core/") && step.input !== undefined;
  const isWhole = isCall && !isCut(step.input);
  const isChanged = isWhole && input !== undefined && JSON.stringify(input) !== JSON.stringify(step.input);
  return (
    <Modal
      opened
      size="lg"
      onClose={onClose}
      title={t("runControls.title", { step: step.path })}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        className="repeat-form"
        onSubmit={(event) => {
          event.preventDefault();
          repeat.mutate({
            ...(isChanged ? { edits: { [step.path]: input } } : { from: [step.path] }),
            ...(newKeys ? { newKeys } : {}),
          });
        }}
      >
        <p className="m-muted">{t("runControls.what")}</p>
        {isWhole && (
          <JsonInput
            id="repeat-input"
            label={t("runControls.input")}
            value={input}
            pointer=""
            invalid={false}
            onChange={(value) => setInput(value)}
          />
        )}
        {isCall && !isWhole && <p className="m-meta">{t("runControls.notWhole")}</p>}
        {isUnknown && (
          <Checkbox
            label={t("runControls.newKeys")}
            description={t("runControls.newKeysHelp")}
            checked={newKeys}
            onChange={(event) => setNewKeys(event.currentTarget.checked)}
          />
        )}
        {repeat.error && <Problem error={repeat.error} />}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={repeat.isPending}>
            {t("runControls.start")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** The log keeps the beginning of what is large, and masks secrets: neither can be sent again. */
function isCut(input: Json | undefined): boolean {
  return JSON.stringify(input ?? null).includes('"$cut"') || JSON.stringify(input ?? null).includes("[redacted]");
}
