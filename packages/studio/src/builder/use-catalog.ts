import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { connectorsQuery, coreNodesQuery } from "../api/queries.ts";
import type { ConnectorSummary, CoreNode, OperationSummary } from "../api/types.ts";
import { titleOf } from "../forms/fields.ts";

/** What a node's `use` stands for. */
export interface UseInfo {
  readonly title: string;
  readonly subtitle: string;
  readonly connector?: ConnectorSummary;
  readonly operation?: OperationSummary;
  readonly core?: CoreNode;
}

/** Everything a step can be made of, and what each `use` means. */
export function useCatalog() {
  const { t } = useTranslation();
  const connectors = useQuery(connectorsQuery).data;
  const core = useQuery(coreNodesQuery).data;
  return useMemo(() => {
    const describe = (use: string): UseInfo => {
      const node = core?.find((each) => each.use === use);
      if (node) return { title: node.title, subtitle: t("builder.coreStep"), core: node };
      const { connector: name, operation: wanted } = readUse(use);
      const connector = connectors?.find((each) => each.name === name);
      const operation = connector?.operations.find((each) => each.name === wanted);
      const title = operation?.title ?? titleOf(wanted);
      return {
        title,
        subtitle: connector?.title ?? name,
        ...(connector ? { connector } : {}),
        ...(operation ? { operation } : {}),
      };
    };
    return { connectors: connectors ?? [], core: core ?? [], describe };
  }, [connectors, core, t]);
}

/** Reads `acme-crm@1/createContact`. */
export function readUse(use: string): { readonly connector: string; readonly operation: string } {
  const slash = use.indexOf("/");
  const head = slash < 0 ? use : use.slice(0, slash);
  return { connector: head.split("@")[0] ?? head, operation: slash < 0 ? use : use.slice(slash + 1) };
}
