import { Button, Modal } from "@mantine/core";
import type { Json, JsonObject, JsonSchema } from "@mortise/contract";
import type { Trigger } from "@mortise/workflow";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsOf, startValue } from "../forms/fields.ts";
import { FormProvider } from "../forms/form-context.tsx";
import { SchemaForm } from "../forms/schema-form.tsx";

/** Asks for what a run needs, by the trigger's schema. */
export function RunDialog({
  trigger,
  onRun,
  onClose,
}: {
  readonly trigger: Trigger;
  readonly onRun: (input: Json) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
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
  const missing = fields.some((field) => field.required && input[field.key] === undefined);
  return (
    <Modal opened onClose={onClose} title={t("run.title")} closeButtonProps={{ "aria-label": t("common.close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing) onRun(input);
        }}
      >
        <FormProvider value={{ computed: false, issues: [] }}>
          <SchemaForm fields={fields} value={input} pointer="" onChange={setInput} />
        </FormProvider>
        <div className="dialog-actions">
          <Button variant="default" onClick={onClose}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" disabled={missing}>
            {t("run.start")}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
