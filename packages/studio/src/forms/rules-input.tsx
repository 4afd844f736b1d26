import type { Json, JsonObject } from "@mortise/contract";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { rulesQuery } from "../api/queries.ts";
import type { Described } from "../api/types.ts";
import { AddMenu } from "./add-menu.tsx";
import { type Entry, EntryList } from "./entry-list.tsx";
import { startValue } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { FormProvider, useForm } from "./form-context.tsx";
import { JsonInput } from "./json-input.tsx";
import { namedColumns } from "./named-columns.ts";
import { paramFields } from "./param-fields.ts";
import { SchemaForm } from "./schema-form.tsx";
import { scopeTree } from "./scope-tree.ts";
import { ruleSummary } from "./summary.ts";

/** What rows must hold: a list of rules, each in plain words and with the form of its parameters. */
export function RulesInput({ id, describedBy, invalid, value, pointer, onChange }: InputProps) {
  const { t } = useTranslation();
  const offers = useQuery(rulesQuery).data ?? [];
  const { issues, row } = useForm();
  const [open, setOpen] = useState<number>();
  const rules = (Array.isArray(value) ? value : []) as readonly Json[];
  const columns = rules.flatMap((rule) => {
    const known = isRecord(rule) ? offers.find(({ name }) => name === rule.rule) : undefined;
    return known && isRecord(rule) ? namedColumns(paramFields(known.params), rule) : [];
  });
  const rowForm = useMemo(() => {
    const scopeSchema = { properties: { row: row ?? true, index: { type: "integer" } } } as const;
    return { computed: false, issues, scope: scopeTree(scopeSchema), scopeSchema, ...(row === undefined ? {} : { row }) };
  }, [issues, row]);
  const replace = (index: number, next: Json | undefined, gesture: string) =>
    onChange(
      rules.map((each, at) => (at === index ? (next ?? {}) : each)),
      gesture,
    );
  const entryOf = (rule: Json, index: number): Entry => {
    const known = offers.find(({ name }) => isRecord(rule) && name === rule.rule);
    const at = `${pointer}/${index}`;
    if (!known || !isRecord(rule)) {
      const json = { id: `${id}-${index}`, invalid, pointer: at, value: rule, describedBy };
      return {
        title: isRecord(rule) && typeof rule.rule === "string" ? rule.rule : t("rules.unknown"),
        summary: offers.length === 0 ? "" : t("rules.unknownText"),
        pointer: at,
        body: () => <JsonInput {...json} label={t("form.asJson")} onChange={(next, gesture) => replace(index, next, gesture)} />,
      };
    }
    const fields = paramFields(known.params);
    return {
      title: known.title,
      summary: ruleSummary(fields, rule, t),
      pointer: at,
      body: () => (
        <>
          <p className="field-help">{known.description}</p>
          <SchemaForm fields={fields} value={rule} pointer={at} onChange={(next, gesture) => replace(index, next, gesture)} />
        </>
      ),
    };
  };
  const add = ({ name, params }: Described) => {
    const required = paramFields(params).filter((field) => field.required);
    const start = Object.fromEntries(required.map((field) => [field.key, startValue(field)]));
    onChange([...rules, { rule: name, ...start }], `${pointer}:add:${rules.length}`);
    setOpen(rules.length);
  };
  return (
    <FormProvider value={{ ...rowForm, columns }}>
      {rules.length === 0 && <p className="field-help">{t("rules.none")}</p>}
      <EntryList
        labelledBy={id}
        entries={rules.map(entryOf)}
        issues={issues}
        open={open}
        onOpen={setOpen}
        onMove={(from, to) => onChange(rules.with(from, rules[to] as Json).with(to, rules[from] as Json), `${pointer}:move`)}
        onRemove={(index) =>
          onChange(
            rules.filter((_, at) => at !== index),
            `${pointer}:remove`,
          )
        }
      />
      <AddMenu label={t("rules.add")} offers={offers} onAdd={add} />
    </FormProvider>
  );
}

function isRecord(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
