import { TagsInput } from "@mantine/core";
import type { Json } from "@mortise/contract";
import { useTranslation } from "react-i18next";
import type { Field } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { useColumns } from "./form-context.tsx";

/** A list of short values, typed one after the other. What is typed beside numbers alone is a number. */
export function TagsField({ field, id, describedBy, invalid, value, pointer, onChange }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const columns = useColumns();
  const items = (Array.isArray(value) ? value : []) as readonly Json[];
  const ofNumbers = items.length > 0 && items.every((each) => typeof each === "number");
  const read = (text: string): Json => {
    const known = items.find((each) => String(each) === text);
    const number = Number(text);
    return known ?? (ofNumbers && Number.isFinite(number) ? number : text);
  };
  return (
    <TagsInput
      id={id}
      error={invalid}
      aria-describedby={describedBy}
      placeholder={t("form.addTag")}
      data={field.ofColumns ? [...columns] : []}
      value={[...new Set(items.map(String))]}
      onChange={(next) => onChange(next.map(read), pointer)}
      acceptValueOnBlur
      maxDropdownHeight={240}
    />
  );
}
