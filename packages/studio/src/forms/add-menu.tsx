import { Button, Menu } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import type { Described } from "../api/types.ts";

/** A button that offers everything of one sort, each by its title and what it does. */
export function AddMenu(props: {
  readonly label: string;
  readonly offers: readonly Described[];
  readonly onAdd: (chosen: Described) => void;
}) {
  return (
    <Menu position="bottom-start" width={360} shadow="md">
      <Menu.Target>
        <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} className="group-add">
          {props.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className="offers">
        {props.offers.map((offer) => (
          <Menu.Item key={offer.name} onClick={() => props.onAdd(offer)}>
            <span className="offer-title">{offer.title}</span>
            {offer.description && <span className="offer-text">{offer.description}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
