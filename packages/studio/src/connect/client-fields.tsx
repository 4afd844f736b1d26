import "../text/connect-texts.ts";
import { Button, CopyButton, SegmentedControl } from "@mantine/core";
import type { JsonObject } from "@mortise/contract";
import { IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "../forms/fields.ts";
import { SchemaForm } from "../forms/schema-form.tsx";
import type { OauthClient } from "./sign-in-api.ts";

/** Who uses an app that is entered here. */
export type AppUse = "one" | "all";

/** The app that Mortise signs in through: folded away, unless there is none yet. */
export function ClientFields(props: {
  readonly system: string;
  /** Whether the app is installed at the other system. */
  readonly isInstalled: boolean;
  readonly client: OauthClient;
  readonly fields: readonly Field[];
  readonly value: JsonObject;
  readonly use: AppUse;
  /** Whether it cannot go on without. */
  readonly needed: boolean;
  readonly onChange: (value: JsonObject) => void;
  readonly onUse: (use: AppUse) => void;
}) {
  const { t } = useTranslation();
  const { client, system, needed } = props;
  const [opened, setOpened] = useState(false);
  const open = opened || needed;
  return (
    <div className="own-app">
      {needed ? (
        <h3 className="own-app-title">{t("signIn.ownAppNeeded")}</h3>
      ) : (
        <button type="button" className="form-more" aria-expanded={open} onClick={() => setOpened(!opened)}>
          <IconChevronRight size={14} className="form-more-icon" aria-hidden />
          {t("signIn.ownApp")}
        </button>
      )}
      {open && (
        <div className="form own-app-form">
          {client.isConfigured && <p className="m-meta">{t("signIn.ownAppThere", { clientId: client.clientId ?? "" })}</p>}
          <p className="m-meta">{t(props.isInstalled ? "signIn.ownAppInstall" : "signIn.ownAppText", { system })}</p>
          <CopyRow what={t(props.isInstalled ? "signIn.setupUri" : "signIn.redirectUri")} text={client.redirectUri} />
          {client.deliveryUrl !== undefined && <CopyRow what={t("signIn.deliveryUrl")} text={client.deliveryUrl} />}
          <SchemaForm fields={props.fields} value={props.value} pointer="/credential" onChange={props.onChange} />
          {client.ownClient ? (
            <SegmentedControl
              aria-label={t("signIn.forWhom")}
              value={props.use}
              onChange={(value) => props.onUse(value as AppUse)}
              data={[
                { value: "one", label: t("signIn.forOne") },
                { value: "all", label: t("signIn.forAll", { system }) },
              ]}
            />
          ) : (
            <p className="m-meta">{t("signIn.ownAppOnly")}</p>
          )}
        </div>
      )}
    </div>
  );
}

/** An address that is registered at the other system. */
function CopyRow({ what, text }: { readonly what: string; readonly text: string }) {
  const { t } = useTranslation();
  return (
    <div className="copy-row">
      <span className="copy-words">
        <span className="m-meta">{what}</span>
        <code className="copy-text">{text}</code>
      </span>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" size="compact-sm" aria-label={t("signIn.copyOf", { what })} onClick={copy}>
            {t(copied ? "signIn.copied" : "signIn.copy")}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
