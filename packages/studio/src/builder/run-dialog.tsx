import { Alert, Button, Modal, Switch } from "@mantine/core";
import type { Json, JsonObject, JsonSchema } from "@mortise/contract";
import type { Trigger, Workflow } from "@mortise/workflow";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsOf, startValue } from "../forms/fields.ts";
import { FormProvider } from "../forms/form-context.tsx";
import { SchemaForm } from "../forms/schema-form.tsx";
import { useSimulation } from "./use-simulation.ts";

/** Asks for what a run needs, by the trigger's schema, and whether its systems are real ones. */
export function RunDialog({
  document,
  simulate: isTried,
  onRun,
  onClose,
}: {
  readonly document: Workflow;
  /** Whether the switch is on at first. */
  readonly simulate: boolean;
  readonly onRun: (input: Json, simulate: boolean) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const trigger: Trigger = document.trigger;
  const [simulate, setSimulate] = useState(isTried);
  const problems = useSimulation(document, simulate);
  const fields = useMemo(() => fieldsOf(trigger.with?.schema as unknown as JsonSchema), [trigger]);
  const [input, setInput] = useState<JsonObject>(() =>
    Object.fromEntries(
      fields.flatMap((field) =>
        field.default !== undefined || field.schema.examples
          ? [[field.key, field.schema.examples?.[0] ?? startValue(field)]]
          : [],
      ),
    ),
  );
  const blocked = simulate && problems?.length !== 0;
  const missing = fields.some((field) => field.required && input[field.key] === undefined);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(simulate ? "run.tryTitle" : "run.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing && !blocked) onRun(input, simulate);
        }}
      >
        <FormProvider value={{ computed: false, issues: [] }}>
          <SchemaForm fields={fields} value={input} pointer="" onChange={setInput} />
        </FormProvider>
        <Switch
          label={t("run.simulate")}
          description={t("run.simulateHelp")}
          checked={simulate}
          onChange={(event) => setSimulate(event.currentTarget.checked)}
        />
        {simulate && problems !== undefined && problems.length > 0 && (
          <Alert color="yellow" title={t("run.notSimulable")} mt="sm">
            <ul className="run-problems">
              {problems.map(({ path, message }) => (
                <li key={path}>{message}</li>
              ))}
            </ul>
          </Alert>
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" disabled={missing || blocked}>
            {t(simulate ? "run.tryStart" : "run.start")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
