import "./catalog.css";
import { TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { connectorsQuery } from "../api/queries.ts";
import { Tag } from "../ui/effect-badge.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Tile } from "../ui/tile.tsx";

/** Every connector that is installed. */
export function CatalogPage() {
  const { t } = useTranslation();
  const connectors = useQuery(connectorsQuery);
  const [words, setWords] = useState("");
  const wanted = words.trim().toLowerCase();
  const shown = (connectors.data ?? []).filter((each) =>
    `${each.title} ${each.name} ${each.description ?? ""} ${each.categories.join(" ")} ${each.operations.map(({ title }) => title).join(" ")}`
      .toLowerCase()
      .includes(wanted),
  );
  return (
    <Page title={t("nav.catalog")} lead={t("catalog.lead")}>
      <TextInput
        className="catalog-search"
        leftSection={<IconSearch size={16} />}
        aria-label={t("catalog.search")}
        placeholder={t("catalog.search")}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {connectors.error && <Problem error={connectors.error} onRetry={() => void connectors.refetch()} />}
      {connectors.data && shown.length === 0 && <EmptyState title={t("catalog.none")} text={t("catalog.noneText")} />}
      <ul className="connectors">
        {shown.map((connector) => (
          <li key={connector.name} className="card connector">
            <div className="connector-head">
              <Tile use={connector.name} />
              <div className="connector-words">
                <Link to="/catalog/$connector" params={{ connector: connector.name }} className="table-main">
                  {connector.title}
                </Link>
                <span className="m-meta">{t("catalog.by", { publisher: connector.publisher, version: connector.version })}</span>
              </div>
            </div>
            {connector.description && <p className="connector-text">{connector.description}</p>}
            <div className="connector-tags">
              <Tag>{t("catalog.operations", { count: connector.operations.length })}</Tag>
              <Tag>{t(`kind.${connector.kind}`)}</Tag>
              {connector.categories.map((category) => (
                <Tag key={category}>{category}</Tag>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Page>
  );
}
