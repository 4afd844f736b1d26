import "./choice-input.css";
import { Button } from "@mantine/core";
import type { JsonObject } from "@mortise/contract";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { shapeQuery } from "../api/field-queries.ts";
import { ApiProblem } from "../api/request.ts";
import { askAbout } from "./field-question.ts";
import { type Field, fieldsOf } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import type { FieldSource } from "./form-context.tsx";
import { MapInput } from "./map-input.tsx";
import { SchemaForm } from "./schema-form.tsx";

/** An object whose fields an operation of the connector tells. Until they are known, and beside them, entries can be typed. */
export function ShapedInput({ field, source, ...props }: InputProps & { readonly field: Field; readonly source: FieldSource }) {
  const { t } = useTranslation();
  const { question, computed } = askAbout(field, source);
  const query = useQuery({ ...shapeQuery(question), enabled: computed.length === 0 });
  const value = (props.value ?? {}) as JsonObject;
  const own = field.plain?.children ?? [];
  const fields = [...own, ...fieldsOf(query.data).filter(({ key }) => !own.some((each) => each.key === key))];
  const known = new Set(fields.map(({ key }) => key));
  const others = Object.fromEntries(Object.entries(value).filter(([key]) => !known.has(key)));
  const isKnown = query.data !== undefined;
  return (
    <fieldset className="group" aria-labelledby={props.id}>
      <p className="choice-note" role="status">
        {note()}
      </p>
      {query.error && (
        <Button variant="subtle" size="compact-sm" className="group-add" onClick={() => void query.refetch()}>
          {t("common.retry")}
        </Button>
      )}
      {fields.length > 0 && <SchemaForm fields={fields} value={value} pointer={props.pointer} onChange={props.onChange} />}
      {(Object.keys(others).length > 0 || !isKnown || fields.length === 0) && (
        <>
          {fields.length > 0 && (
            <span className="m-meta" id={`${props.id}-others`}>
              {t("choices.others")}
            </span>
          )}
          <MapInput
            {...props}
            field={field}
            id={fields.length > 0 ? `${props.id}-others` : props.id}
            value={others}
            onChange={(next, gesture) => {
              const kept = Object.entries(value).filter(([key]) => known.has(key));
              props.onChange({ ...Object.fromEntries(kept), ...((next ?? {}) as JsonObject) }, gesture);
            }}
          />
        </>
      )}
    </fieldset>
  );

  function note(): string {
    if (computed.length > 0) return t("choices.computed", { fields: computed.join(", ") });
    if (query.error)
      return [query.error.message, query.error instanceof ApiProblem ? query.error.remedy : ""].filter(Boolean).join(" ");
    return query.isPending ? t("choices.shape") : "";
  }
}
