import { PasswordInput, Select, Switch, Textarea, TextInput } from "@mantine/core";
import type { Json } from "@mortise/contract";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "./fields.ts";
import { fits } from "./fits.ts";
import { type OnChange, useForm } from "./form-context.tsx";
import { JsonInput } from "./json-input.tsx";
import { ListInput } from "./list-input.tsx";
import { MapInput } from "./map-input.tsx";
import { ObjectInput } from "./object-input.tsx";
import { VariantInput } from "./variant-input.tsx";

// Few forms need them, so that no form waits for them.
const ChoiceInput = lazy(async () => ({ default: (await import("./choice-input.tsx")).ChoiceInput }));
const ShapedInput = lazy(async () => ({ default: (await import("./shaped-input.tsx")).ShapedInput }));
const ColumnInput = lazy(async () => ({ default: (await import("./column-input.tsx")).ColumnInput }));
const NumberField = lazy(async () => ({ default: (await import("./number-field.tsx")).NumberField }));
const TagsField = lazy(async () => ({ default: (await import("./tags-field.tsx")).TagsField }));
const RulesInput = lazy(async () => ({ default: (await import("./rules-input.tsx")).RulesInput }));

/** What every editor of a value gets. */
export interface InputProps {
  readonly id: string;
  readonly describedBy?: string;
  readonly invalid: boolean;
  readonly pointer: string;
  readonly value: Json | undefined;
  readonly onChange: OnChange;
}

/** The editor for a literal, by the field's kind; a value that does not fit the kind is shown as JSON, never hidden. */
export function FixedInput({ field, ...props }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const { source } = useForm();
  const { id, describedBy, invalid, pointer, value, onChange } = props;
  const common = { id, error: invalid, "aria-describedby": describedBy, placeholder: field.placeholder ?? exampleOf(field) };
  if (field.plain && !source) return <FixedInput {...props} field={field.plain} />;
  if (!fits(field, value)) return <JsonInput {...props} />;
  const text = typeof value === "string" ? value : "";
  const setText = (next: string) => onChange(next === "" && !field.required ? undefined : next, pointer);
  switch (field.kind) {
    case "text":
    case "date-time":
      return <TextInput {...common} value={text} onChange={(event) => setText(event.currentTarget.value)} />;
    case "date":
      return <TextInput {...common} type="date" value={text} onChange={(event) => setText(event.currentTarget.value)} />;
    case "secret":
      // A field for passwords has one line, and a key in PEM has many.
      if (field.schema["x-widget"] === "textarea")
        return (
          <Textarea
            {...common}
            value={text}
            rows={3}
            autoComplete="off"
            spellCheck={false}
            classNames={{ input: "input-code input-masked" }}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        );
      return (
        <PasswordInput {...common} value={text} autoComplete="off" onChange={(event) => setText(event.currentTarget.value)} />
      );
    case "textarea":
    case "code":
      return (
        <Textarea
          {...common}
          value={text}
          rows={3}
          spellCheck={field.kind === "textarea"}
          classNames={{ input: field.kind === "code" ? "input-code" : "input-lines" }}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      );
    case "number":
      return (
        <Suspense>
          <NumberField {...props} field={field} placeholder={common.placeholder} />
        </Suspense>
      );
    case "switch":
      return (
        <Switch
          id={id}
          aria-describedby={describedBy}
          checked={value === undefined ? field.default === true : value === true}
          label={t(value === true || (value === undefined && field.default === true) ? "form.yes" : "form.no")}
          onChange={(event) => onChange(event.currentTarget.checked, pointer)}
        />
      );
    case "select":
      return (
        <Select
          {...common}
          placeholder={field.default === undefined ? t("form.choose") : t("form.default", { value: String(field.default) })}
          data={(field.options ?? []).map((option) => ({ value: JSON.stringify(option.value), label: option.label }))}
          value={value === undefined ? null : JSON.stringify(value)}
          clearable={!field.required}
          clearButtonProps={{ "aria-label": t("form.clear") }}
          onChange={(next) => onChange(next === null ? undefined : (JSON.parse(next) as Json), pointer)}
        />
      );
    case "column":
    case "tags":
    case "rules":
      return (
        <Suspense>
          {field.kind === "column" && <ColumnInput {...props} field={field} />}
          {field.kind === "tags" && <TagsField {...props} field={field} />}
          {field.kind === "rules" && <RulesInput {...props} />}
        </Suspense>
      );
    case "object":
      return <ObjectInput {...props} field={field} />;
    case "list":
      return <ListInput {...props} field={field} />;
    case "map":
      return <MapInput {...props} field={field} />;
    case "choices":
    case "shaped":
      return (
        <Suspense>
          {source && field.kind === "choices" && <ChoiceInput {...props} field={field} source={source} />}
          {source && field.kind === "shaped" && <ShapedInput {...props} field={field} source={source} />}
        </Suspense>
      );
    case "any":
      return value === undefined || typeof value === "object" ? <MapInput {...props} field={field} /> : <JsonInput {...props} />;
    case "variants":
      return <VariantInput {...props} field={field} />;
    case "json":
      return <JsonInput {...props} />;
  }
}

function exampleOf(field: Field): string | undefined {
  if (field.default !== undefined && typeof field.default !== "object") return String(field.default);
  const [example] = field.schema.examples ?? [];
  return example === undefined || typeof example === "object" ? undefined : String(example);
}
