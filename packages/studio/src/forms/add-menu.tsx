import { Button, Popover, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Described } from "../api/types.ts";

/** A button that offers everything of one sort, each by its title and what it does, with a search. */
export function AddMenu(props: {
  readonly label: string;
  readonly offers: readonly Described[];
  readonly onAdd: (chosen: Described) => void;
}) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [words, setWords] = useState("");
  const wanted = words.trim().toLowerCase();
  const found = props.offers.filter(({ title, description = "" }) => `${title} ${description}`.toLowerCase().includes(wanted));
  const add = (offer: Described) => {
    setOpened(false);
    setWords("");
    props.onAdd(offer);
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={360}
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          className="group-add"
          aria-haspopup="dialog"
          onClick={() => setOpened(!opened)}
        >
          {props.label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label={props.label}>
        <div className="picker">
          <TextInput
            className="picker-search"
            data-autofocus
            leftSection={<IconSearch size={14} />}
            placeholder={t("entries.search")}
            aria-label={t("entries.search")}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && found[0] && add(found[0])}
          />
          {found.length === 0 ? (
            <p className="picker-empty">{t("data.noMatch")}</p>
          ) : (
            <ul className="picker-rows">
              {found.map((offer) => (
                <li key={offer.name}>
                  <button type="button" className="offer" onClick={() => add(offer)}>
                    <span className="offer-title">{offer.title}</span>
                    {offer.description && <span className="offer-text">{offer.description}</span>}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
