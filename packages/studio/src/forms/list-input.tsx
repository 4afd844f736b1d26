import { ActionIcon, Button } from "@mantine/core";
import type { Json } from "@mortise/contract";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { FieldRow } from "./field-row.tsx";
import { type Field, startValue } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";

/** A list of values; each item is a field of its own. */
export function ListInput({ field, id, value, pointer, onChange }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const items = (Array.isArray(value) ? value : []) as readonly Json[];
  const item = field.item;
  if (!item) return null;
  const replace = (index: number, next: Json | undefined, gesture: string) =>
    onChange(
      items.map((each, at) => (at === index ? (next ?? startValue(item)) : each)),
      gesture,
    );
  return (
    <fieldset className="group" aria-labelledby={id}>
      {items.map((each, index) => (
        <FieldRow
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no identity of their own.
          key={index}
          field={{ ...item, title: t("form.item", { number: index + 1 }), required: false }}
          value={each}
          pointer={`${pointer}/${index}`}
          onChange={(next, gesture) => replace(index, next, gesture)}
          action={
            <ActionIcon
              size={24}
              aria-label={t("form.removeItem", { number: index + 1 })}
              onClick={() =>
                onChange(
                  items.filter((_, at) => at !== index),
                  `${pointer}:remove`,
                )
              }
            >
              <IconTrash size={14} />
            </ActionIcon>
          }
        />
      ))}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        className="group-add"
        onClick={() => onChange([...items, startValue(item)], `${pointer}:add:${items.length}`)}
      >
        {t("form.addItem")}
      </Button>
    </fieldset>
  );
}
