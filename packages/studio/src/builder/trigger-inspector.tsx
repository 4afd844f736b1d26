import { ActionIcon, Select, TextInput } from "@mantine/core";
import type { JsonObject } from "@mortise/contract";
import type { Trigger } from "@mortise/workflow";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { triggersQuery } from "../api/queries.ts";
import type { Check } from "../api/types.ts";
import { fieldsOf } from "../forms/fields.ts";
import { FormProvider } from "../forms/form-context.tsx";
import { SchemaForm } from "../forms/schema-form.tsx";
import { Tile } from "../ui/tile.tsx";
import { useBuilder, useBuilderStore } from "./builder-context.ts";
import { TriggerConnection } from "./trigger-connection.tsx";
import { TriggerSecret } from "./trigger-secret.tsx";

/** How the workflow starts. */
export function TriggerInspector({
  check,
  webhookUrl,
  workflowId,
}: {
  readonly check: Check;
  readonly webhookUrl: string | undefined;
  readonly workflowId: string;
}) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const trigger = useBuilder((state) => state.document.trigger);
  const offered = useQuery(triggersQuery).data;
  const kind = offered?.triggers.find(({ use }) => use === trigger.use);
  const set = (next: Trigger, gesture?: string) =>
    store.getState().edit((document) => ({ ...document, trigger: next }), gesture === undefined ? {} : { gesture });
  const { use, with: params, connection, ...flow } = trigger;
  const named = connection === undefined ? {} : { connection };
  const titleOf = (name: string, otherwise: string) => t(`trigger.${name}.title`, { defaultValue: otherwise });
  const choices = (offered?.triggers ?? []).map((each) => ({ value: each.use, label: titleOf(each.use, each.title) }));
  if (!choices.some(({ value }) => value === use)) choices.push({ value: use, label: titleOf(use, use) });
  return (
    <>
      <header className="inspector-head">
        <Tile use={use} size={36} />
        <div className="inspector-words">
          <h2 className="inspector-name">{t("trigger.title")}</h2>
          <p className="m-meta">{titleOf(use, kind?.title ?? use)}</p>
        </div>
        <ActionIcon aria-label={t("common.close")} onClick={() => store.getState().select(null)}>
          <IconX size={18} />
        </ActionIcon>
      </header>
      <div className="inspector-panel">
        <Select
          label={t("trigger.kind")}
          data={choices}
          value={use}
          allowDeselect={false}
          searchable={choices.length > 8}
          onChange={(chosen) => chosen && set({ use: chosen as Trigger["use"] })}
        />
        {kind?.connector !== undefined && (
          <TriggerConnection
            connector={kind.connector}
            connection={connection}
            issues={check.diagnostics}
            onChange={(chosen) =>
              set({ use, ...(params ? { with: params } : {}), ...flow, ...(chosen === null ? {} : { connection: chosen }) })
            }
          />
        )}
        {webhookUrl && (
          <TextInput label={t("trigger.webhook.url")} readOnly value={webhookUrl} classNames={{ input: "m-mono" }} />
        )}
        {use === "webhook" && params?.signature !== undefined && <TriggerSecret workflowId={workflowId} />}
        <FormProvider value={{ computed: false, issues: check.diagnostics }}>
          {kind !== undefined && (
            <SchemaForm
              key={use}
              fields={fieldsOf(kind.params)}
              value={(params ?? {}) as JsonObject}
              pointer="/trigger/with"
              onChange={(value, gesture) =>
                set({ use, ...named, ...(Object.keys(value).length === 0 ? {} : { with: value }), ...flow }, gesture)
              }
            />
          )}
          {offered !== undefined && use !== "manual" && (
            <details className="trigger-flow">
              <summary className="form-more">{t("trigger.flow")}</summary>
              <SchemaForm
                fields={fieldsOf(offered.flow)}
                value={flow as unknown as JsonObject}
                pointer="/trigger"
                onChange={(value, gesture) =>
                  set({ use, ...named, ...(params ? { with: params } : {}), ...value } as Trigger, gesture)
                }
              />
            </details>
          )}
        </FormProvider>
      </div>
    </>
  );
}
