import { ActionIcon, Button, TextInput } from "@mantine/core";
import { type Json, type JsonObject, joinPointer } from "@mortise/contract";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FieldRow } from "./field-row.tsx";
import { type Field, startValue } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { useForm } from "./form-context.tsx";

/** Values by names that people choose, such as headers or the cases of a branch. */
export function MapInput({ field, id, value, pointer, onChange }: InputProps & { readonly field: Field }) {
  const { t } = useTranslation();
  const { computed } = useForm();
  const entries = Object.entries((value ?? {}) as JsonObject);
  const item: Field = field.item ?? {
    key: "",
    kind: "any",
    title: "",
    required: false,
    advanced: false,
    schema: {},
    typeName: "any",
  };
  const add = () => {
    const name = freeKey(entries.map(([key]) => key));
    const start: Json =
      computed && (item.kind === "switch" || item.kind === "any")
        ? { $cel: item.kind === "switch" ? "true" : "" }
        : startValue(item);
    onChange({ ...((value ?? {}) as JsonObject), [name]: start }, `${pointer}:add:${name}`);
  };
  return (
    <fieldset className="group" aria-labelledby={id}>
      {entries.map(([key, each], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the key itself is edited; its place stays.
        <div className="entry" key={index}>
          <KeyInput
            name={key}
            taken={entries.map(([other]) => other)}
            onRename={(next) =>
              onChange(Object.fromEntries(entries.map(([at, of]) => [at === key ? next : at, of])), `${pointer}:rename`)
            }
          />
          <FieldRow
            field={{ ...item, title: t("form.valueOf", { name: key }), required: false }}
            value={each}
            pointer={pointer + joinPointer(key)}
            onChange={(next, gesture) => onChange({ ...((value ?? {}) as JsonObject), [key]: next ?? startValue(item) }, gesture)}
            action={
              <ActionIcon
                size={24}
                aria-label={t("form.removeEntry", { name: key })}
                onClick={() => onChange(Object.fromEntries(entries.filter(([other]) => other !== key)), `${pointer}:remove`)}
              >
                <IconTrash size={14} />
              </ActionIcon>
            }
          />
        </div>
      ))}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} className="group-add" onClick={add}>
        {t("form.addEntry")}
      </Button>
    </fieldset>
  );
}

/** A name is changed when the field is left, so that half-typed names never reach the document. */
function KeyInput(props: {
  readonly name: string;
  readonly taken: readonly string[];
  readonly onRename: (name: string) => void;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(props.name);
  const [shown, setShown] = useState(props.name);
  if (shown !== props.name) {
    setShown(props.name);
    setText(props.name);
  }
  const clash = text !== props.name && (text === "" || props.taken.includes(text));
  const commit = () => {
    if (text === props.name) return;
    if (clash) setText(props.name);
    else props.onRename(text);
  };
  return (
    <TextInput
      aria-label={t("form.nameOf", { name: props.name })}
      value={text}
      error={clash}
      size="xs"
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}

function freeKey(taken: readonly string[]): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? "name" : `name${count}`;
    if (!taken.includes(name)) return name;
  }
}
