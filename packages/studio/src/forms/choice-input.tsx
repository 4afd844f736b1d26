import "./choice-input.css";
import { CloseButton, Combobox, Loader, TextInput, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import type { Json } from "@mortise/contract";
import { IconChevronDown } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { choicesQuery } from "../api/field-queries.ts";
import { ApiProblem } from "../api/request.ts";
import type { Choice } from "../api/types.ts";
import { askAbout } from "./field-question.ts";
import type { Field } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import type { FieldSource } from "./form-context.tsx";

const SEARCH_AFTER_MS = 250;
const CHOOSE = "choose:";
const MORE = "more";
const RETRY = "retry";
const USE = "use";

/** A choice that an operation of the connector gives: searched, in pages; what is not there can be typed. */
export function ChoiceInput(props: InputProps & { readonly field: Field; readonly source: FieldSource }) {
  const { t } = useTranslation();
  const { field, source, id, describedBy, invalid, value, pointer, onChange } = props;
  /** What is being typed; undefined: nothing, so the choice is shown. */
  const [typed, setTyped] = useState<string>();
  const [search] = useDebouncedValue((typed ?? "").trim(), SEARCH_AFTER_MS);
  const combobox = useCombobox({
    onDropdownClose: () => {
      setTyped(undefined);
      combobox.resetSelectedOption();
    },
  });
  const { question, computed } = askAbout(field, source);
  const isOpen = combobox.dropdownOpened;
  const query = useInfiniteQuery({
    ...choicesQuery(question, search),
    enabled: computed.length === 0 && (isOpen || value !== undefined),
  });
  const choices = distinct(query.data?.pages.flatMap(({ options }) => options) ?? []);
  const chosen = choices.find((choice) => same(choice.value, value));
  const shown = typed ?? chosen?.label ?? (value === undefined || value === null ? "" : String(value));
  const own = typed?.trim() ?? "";
  const canUse = own !== "" && !choices.some(({ label }) => label === own);

  const { selectFirstOption } = combobox;
  const best = search === "" ? undefined : choices[0] && JSON.stringify(choices[0].value);
  useEffect(() => {
    if (best !== undefined) selectFirstOption();
  }, [best, selectFirstOption]);

  const submit = (option: string) => {
    if (option === MORE) return void query.fetchNextPage();
    if (option === RETRY) return void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch());
    onChange(option === USE ? literal(field, own) : (JSON.parse(option.slice(CHOOSE.length)) as Json), pointer);
    combobox.closeDropdown();
  };
  const canClear = value !== undefined && !field.required;
  return (
    <Combobox store={combobox} onOptionSubmit={submit} withinPortal={false} floatingStrategy="fixed">
      <Combobox.Target withExpandedAttribute>
        <TextInput
          id={id}
          error={invalid}
          aria-describedby={describedBy}
          placeholder={field.placeholder ?? t("form.choose")}
          value={shown}
          onFocus={(event) => event.currentTarget.select()}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.openDropdown();
          }}
          rightSectionPointerEvents={canClear ? "all" : "none"}
          rightSection={
            query.isFetching && isOpen ? (
              <Loader size={14} aria-hidden />
            ) : canClear ? (
              <CloseButton
                size="sm"
                aria-label={t("form.clear")}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => onChange(undefined, pointer)}
              />
            ) : (
              <IconChevronDown size={14} aria-hidden />
            )
          }
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <p className="choice-note" role="status">
          {note()}
        </p>
        <Combobox.Options aria-label={field.title} className="choice-list">
          {choices.map((choice) => (
            <Combobox.Option
              key={JSON.stringify(choice.value)}
              value={`${CHOOSE}${JSON.stringify(choice.value)}`}
              active={choice === chosen}
            >
              {choice.label}{" "}
              {choice.label !== String(choice.value) && typeof choice.value !== "object" && (
                <span className="choice-value m-mono">{String(choice.value)}</span>
              )}
            </Combobox.Option>
          ))}
          {query.hasNextPage && !query.error && <Combobox.Option value={MORE}>{t("choices.more")}</Combobox.Option>}
          {query.error && <Combobox.Option value={RETRY}>{t("common.retry")}</Combobox.Option>}
          {canUse && <Combobox.Option value={USE}>{t("choices.use", { text: own })}</Combobox.Option>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );

  /** What is to be said beside the choices; nothing where they speak for themselves. */
  function note(): string {
    if (computed.length > 0) return t("choices.computed", { fields: computed.join(", ") });
    if (query.error)
      return [query.error.message, query.error instanceof ApiProblem ? query.error.remedy : ""].filter(Boolean).join(" ");
    if (query.isPending) return t("choices.loading");
    if (choices.length > 0) return "";
    return t(search === "" ? "choices.none" : "choices.noMatch");
  }
}

/** Typed text as the field takes it. */
function literal({ plain }: Field, text: string): Json {
  const number = Number(text);
  return plain?.kind === "number" && Number.isFinite(number) ? number : text;
}

function distinct(choices: readonly Choice[]): readonly Choice[] {
  return [...new Map(choices.map((choice) => [JSON.stringify(choice.value), choice])).values()];
}

const same = (one: Json, other: Json | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);
