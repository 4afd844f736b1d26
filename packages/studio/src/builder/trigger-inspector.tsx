import { ActionIcon, Select, TextInput } from "@mantine/core";
import type { JsonObject, JsonSchemaObject } from "@mortise/contract";
import type { Trigger } from "@mortise/workflow";
import { IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Check } from "../api/types.ts";
import { fieldsOf } from "../forms/fields.ts";
import { FormProvider } from "../forms/form-context.tsx";
import { SchemaForm } from "../forms/schema-form.tsx";
import { Tile } from "../ui/tile.tsx";
import { useBuilder, useBuilderStore } from "./builder-context.ts";

/** What each trigger is configured with. */
const SCHEMAS: { readonly [use in Trigger["use"]]: JsonSchemaObject } = {
  manual: {
    properties: {
      schema: {
        type: "object",
        title: "Input schema",
        "x-widget": "json",
        description: "A JSON Schema. Its fields are asked for before a run.",
      },
    },
  },
  webhook: {
    properties: {
      path: { type: "string", title: "Path", "x-placeholder": "orders", description: "The address ends with this." },
      schema: {
        type: "object",
        title: "Payload schema",
        "x-widget": "json",
        description: "A JSON Schema that every payload must fit.",
      },
    },
  },
  schedule: {
    required: ["cron"],
    properties: {
      cron: {
        type: "string",
        title: "Schedule (cron)",
        "x-placeholder": "0 6 * * 1-5",
        description: "Minute, hour, day of month, month, day of week.",
      },
      timeZone: { type: "string", title: "Time zone", "x-placeholder": "Europe/Berlin", description: "Without one: UTC." },
    },
  },
};

/** How the workflow starts. */
export function TriggerInspector({ check, webhookUrl }: { readonly check: Check; readonly webhookUrl: string | undefined }) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const trigger = useBuilder((state) => state.document.trigger);
  const set = (next: Trigger, gesture?: string) =>
    store.getState().edit((document) => ({ ...document, trigger: next }), gesture === undefined ? {} : { gesture });
  return (
    <>
      <header className="inspector-head">
        <Tile use={trigger.use} size={36} />
        <div className="inspector-words">
          <h2 className="inspector-name">{t("trigger.title")}</h2>
          <p className="m-meta">{t(`trigger.${trigger.use}.title`)}</p>
        </div>
        <ActionIcon aria-label={t("common.close")} onClick={() => store.getState().select(null)}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <div className="inspector-panel">
        <Select
          label={t("trigger.kind")}
          data={(["manual", "webhook", "schedule"] as const).map((use) => ({ value: use, label: t(`trigger.${use}.title`) }))}
          value={trigger.use}
          allowDeselect={false}
          onChange={(use) => use && set({ use: use as Trigger["use"] })}
        />
        {trigger.use === "webhook" && webhookUrl && (
          <TextInput label={t("trigger.webhook.url")} readOnly value={webhookUrl} classNames={{ input: "m-mono" }} />
        )}
        <FormProvider value={{ computed: false, issues: check.diagnostics }}>
          <SchemaForm
            key={trigger.use}
            fields={fieldsOf(SCHEMAS[trigger.use])}
            value={(trigger.with ?? {}) as JsonObject}
            pointer="/trigger/with"
            onChange={(value, gesture) =>
              set(Object.keys(value).length === 0 ? { use: trigger.use } : { ...trigger, with: value }, gesture)
            }
          />
        </FormProvider>
      </div>
    </>
  );
}
