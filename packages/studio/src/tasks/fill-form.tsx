import { Button } from "@mantine/core";
import type { JsonObject } from "@mortise/contract";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldsOf, startValue } from "../forms/fields.ts";
import { FormProvider } from "../forms/form-context.tsx";
import { SchemaForm } from "../forms/schema-form.tsx";
import type { Decision, Task } from "./tasks-api.ts";

/** A form from the schema that the workflow gave. */
export function FillForm({
  task,
  busy,
  onAnswer,
}: {
  readonly task: Task;
  readonly busy: boolean;
  readonly onAnswer: (decision: Decision) => void;
}) {
  const { t } = useTranslation();
  const fields = useMemo(() => fieldsOf(task.schema), [task.schema]);
  const [data, setData] = useState<JsonObject>(() =>
    Object.fromEntries(fields.flatMap((field) => (field.default === undefined ? [] : [[field.key, startValue(field)]]))),
  );
  const missing = fields.some((field) => field.required && data[field.key] === undefined);
  return (
    <form
      className="task-answer"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) onAnswer({ data });
      }}
    >
      <FormProvider value={{ computed: false, issues: [] }}>
        <SchemaForm fields={fields} value={data} pointer="" onChange={setData} />
      </FormProvider>
      <div className="task-actions">
        <Button type="submit" disabled={missing} loading={busy}>
          {t("tasks.submit")}
        </Button>
      </div>
    </form>
  );
}
