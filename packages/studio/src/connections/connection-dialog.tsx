import "../text/connect-texts.ts";
import { Alert, Button, Modal, Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type JsonObject, keptSettings } from "@mortise/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionsQuery, connectorsQuery, contractQuery } from "../api/queries.ts";
import { request } from "../api/request.ts";
import type { Connection, ConnectionTest } from "../api/types.ts";
import { isInstalled, personWay } from "../connect/person-way.ts";
import { SignInSection } from "../connect/sign-in-section.tsx";
import { fieldsOf } from "../forms/fields.ts";
import { FormProvider } from "../forms/form-context.tsx";
import { SchemaForm } from "../forms/schema-form.tsx";
import { credentialFields } from "./credential-fields.ts";

/** Nothing that a person could see was changed. */
const same = (left: JsonObject, right: JsonObject) => JSON.stringify(left) === JSON.stringify(right);

const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * Makes or changes a connection. Secrets are written, never read back; left empty they stay as they are. Where a person signs in at the other
 * system there is a button for that instead.
 */
export function ConnectionDialog(props: {
  readonly connection?: Connection;
  /** Connector that is chosen already. */
  readonly connector?: string;
  /** Permissions that are asked for where a person signs in, beyond those that the connector always asks for. */
  readonly scopes?: readonly string[];
  readonly onClose: () => void;
  readonly onSaved: (name: string) => void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const existing = props.connection;
  const connectors = (useQuery(connectorsQuery).data ?? []).filter(
    (each) => each.needsConnection || each.name === props.connector,
  );
  const all = useQuery(connectionsQuery).data ?? [];
  const [connector, setConnector] = useState(existing?.connector.split("@")[0] ?? props.connector ?? "");
  const [name, setName] = useState(existing?.name ?? props.connector ?? "");
  const [settings, setSettings] = useState<JsonObject>(existing?.settings ?? {});
  const [chosenAuth, setAuth] = useState(existing?.auth);
  const [credential, setCredential] = useState<JsonObject>({});
  const contract = useQuery(contractQuery(connector)).data;
  const schemes = Object.entries(contract?.auth ?? {});
  const auth = chosenAuth ?? schemes[0]?.[0];
  const scheme = auth === undefined ? undefined : contract?.auth[auth];
  const keepsSecret = existing?.hasCredential === true && auth === existing.auth;
  const way = personWay(scheme);
  const fields = scheme
    ? credentialFields(scheme, t).map((field) =>
        keepsSecret ? { ...field, required: false, placeholder: t("connection.kept") } : field,
      )
    : [];
  const told = scheme && way !== undefined ? keptSettings(scheme) : [];
  const settingFields = (contract?.settings ? fieldsOf(contract.settings) : []).map((field) =>
    told.includes(field.key) ? { ...field, required: false, advanced: true } : field,
  );
  const [stored, setStored] = useState(false);
  const taken = existing === undefined && !stored && all.some((each) => each.name === name);
  const nameError =
    name === ""
      ? undefined
      : !NAME.test(name) && existing === undefined
        ? t("connection.nameRule")
        : taken
          ? t("connection.nameTaken")
          : undefined;

  const store = async (given: JsonObject | undefined) => {
    if (existing && given === undefined && auth === (existing.auth ?? auth) && same(settings, existing.settings)) return;
    const body = {
      connector,
      settings,
      ...(auth === undefined ? {} : { auth }),
      ...(given === undefined ? {} : { credential: given }),
    };
    await request(`connections/${encodeURIComponent(name)}`, { method: "PUT", body });
    setStored(true);
    await client.invalidateQueries({ queryKey: ["connections"] });
  };
  const save = useMutation({
    mutationFn: async ({ test, given }: { readonly test: boolean; readonly given?: JsonObject | undefined }) => {
      await store(given ?? (Object.keys(credential).length > 0 ? credential : undefined));
      if (!test) return undefined;
      const result = await request<ConnectionTest>(`connections/${encodeURIComponent(name)}/test`, { method: "POST", body: {} });
      void client.invalidateQueries({ queryKey: ["connections"] });
      return result;
    },
    onSuccess: (_, { test }) => {
      if (!test) props.onSaved(name);
    },
  });
  const ready = connector !== "" && name !== "" && nameError === undefined && contract !== undefined;
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={existing ? t("connection.editTitle", { name: existing.name }) : t("connection.new")}
      size={520}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        className="form connection-form"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && way === undefined) save.mutate({ test: false });
        }}
      >
        {!existing && (
          <Select
            label={t("connection.connector")}
            data={connectors.map((each) => ({ value: each.name, label: each.title }))}
            value={connector === "" ? null : connector}
            searchable
            disabled={stored}
            onChange={(next) => {
              setConnector(next ?? "");
              if (name === "" || name === connector) setName(next ?? "");
              setSettings({});
              setAuth(undefined);
              setCredential({});
            }}
          />
        )}
        {!existing && (
          <TextInput
            label={t("connection.name")}
            description={t("connection.nameHelp")}
            value={name}
            error={nameError}
            required
            disabled={stored}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <FormProvider value={{ computed: false, issues: [] }}>
          {contract?.settings && (
            <SchemaForm fields={settingFields} value={settings} pointer="/settings" onChange={setSettings} />
          )}
          {schemes.length > 1 && (
            <Select
              label={t("connection.auth")}
              data={schemes.map(([id, each]) => ({ value: id, label: each.title ?? t(`auth.${each.kind}`) }))}
              value={auth ?? null}
              allowDeselect={false}
              onChange={(next) => {
                setAuth(next ?? undefined);
                setCredential({});
              }}
            />
          )}
          {scheme?.help && <p className="m-meta">{scheme.help}</p>}
          {way === undefined && fields.length > 0 && (
            <SchemaForm key={auth} fields={fields} value={credential} pointer="/credential" onChange={setCredential} />
          )}
          {save.error && <Alert color="red" variant="outline" role="alert" title={save.error.message} />}
          {save.data && (
            <Alert
              color={save.data.outcome === "success" ? "green" : "red"}
              variant="outline"
              role="status"
              title={t(save.data.outcome === "success" ? "connection.works" : "connection.fails", { name })}
            >
              {save.data.message}
            </Alert>
          )}
          {way === undefined ? (
            <div className="dialog-actions">
              <Button
                variant="default"
                disabled={!ready}
                loading={save.isPending && save.variables.test}
                onClick={() => save.mutate({ test: true })}
              >
                {t("connection.saveAndTest")}
              </Button>
              <Button type="submit" disabled={!ready} loading={save.isPending && !save.variables.test}>
                {t("connection.save")}
              </Button>
            </div>
          ) : (
            <SignInSection
              key={`${connector} ${auth}`}
              name={name}
              connector={connector}
              system={contract?.title ?? connector}
              schemeId={auth ?? ""}
              way={way}
              isInstalled={isInstalled(scheme)}
              existing={existing}
              keepsApp={keepsSecret}
              fields={fields}
              scopes={props.scopes}
              ready={ready}
              save={store}
              onConnected={(connected) => {
                notifications.show({ color: "green", message: t("signIn.works", { name: connected }) });
                props.onSaved(connected);
              }}
            >
              {(given) => (
                <Button
                  variant="default"
                  disabled={!ready}
                  loading={save.isPending}
                  onClick={() => save.mutate({ test: false, given })}
                >
                  {t("connection.save")}
                </Button>
              )}
            </SignInSection>
          )}
        </FormProvider>
      </form>
    </Modal>
  );
}
