import "./connect.css";
import "../text/connect-texts.ts";
import { Button } from "@mantine/core";
import type { JsonObject } from "@mortise/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/request.ts";
import type { Connection } from "../api/types.ts";
import type { Field } from "../forms/fields.ts";
import { SchemaForm } from "../forms/schema-form.tsx";
import { type AppUse, ClientFields } from "./client-fields.tsx";
import { DevicePanel } from "./device-panel.tsx";
import type { PersonWay } from "./person-way.ts";
import { clientQuery } from "./sign-in-api.ts";
import { SignInProgress } from "./sign-in-progress.tsx";
import { useDevice } from "./use-device.ts";
import { useSignIn } from "./use-sign-in.ts";

/** What is said before the click. */
const HELP = { redirect: "signIn.help", device: "signIn.deviceHelp", install: "signIn.installHelp" } as const;

/** What a person's consent gives is not asked for, though it could be entered. */
const GIVEN: ReadonlySet<string> = new Set(["token", "tokenSecret"]);

/** The part of a connection's form where a person signs in instead of entering a credential, with the form's actions. */
export function SignInSection(props: {
  readonly name: string;
  readonly connector: string;
  readonly system: string;
  readonly schemeId: string;
  readonly way: PersonWay;
  /** Whether they install an app at the other system. */
  readonly isInstalled: boolean;
  readonly existing: Connection | undefined;
  /** Whether the app that the connection has stays: its way to sign in is the one that was chosen. */
  readonly keepsApp: boolean;
  /** All fields of the scheme's credential. */
  readonly fields: readonly Field[];
  readonly scopes: readonly string[] | undefined;
  /** Whether the rest of the form is filled in. */
  readonly ready: boolean;
  /** Stores the connection. */
  readonly save: (credential: JsonObject | undefined) => Promise<void>;
  readonly onConnected: (name: string) => void;
  /** The action beside Connect. */
  readonly children: (credential: JsonObject | undefined) => ReactNode;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const client = useQuery(clientQuery(props.connector, props.schemeId)).data;
  const [entered, setEntered] = useState<JsonObject>({});
  const [app, setApp] = useState<JsonObject>({});
  const [chosenUse, setUse] = useState<AppUse>("one");
  const use = client?.ownClient === false ? "all" : chosenUse;
  const signIn = useSignIn(props.onConnected);
  const device = useDevice(props.onConnected);
  const appNames = new Set(client?.fields.map(({ name }) => name) ?? []);
  const appFields = props.fields.filter(({ key }) => appNames.has(key)).map((field) => ({ ...field, advanced: false }));
  const otherFields = props.fields.filter(({ key, advanced }) => !appNames.has(key) && !advanced && !GIVEN.has(key));
  const isNeeded = client !== undefined && !client.isConfigured && client.registration === "static" && !props.keepsApp;
  const hasApp = Object.keys(app).length > 0;
  const credential = { ...entered, ...(use === "one" ? app : {}) };
  const given = Object.keys(credential).length > 0 ? credential : undefined;
  const appMissing = isNeeded && !client.fields.every(({ name, required }) => !required || app[name] !== undefined);
  const { phase } = signIn;
  const isUnderWay = phase.kind === "waiting" || phase.kind === "asked";
  const isBusy = phase.kind === "starting" || phase.kind === "waiting" || device.phase.kind === "starting";
  const isConnected = props.existing?.isConnected === true;
  const connect = () => {
    const prepare = async () => {
      if (use === "all" && hasApp) {
        const path = `oauth-clients/${encodeURIComponent(props.connector)}/${encodeURIComponent(props.schemeId)}`;
        await request(path, { method: "PUT", body: app });
        await queries.invalidateQueries({ queryKey: ["oauth-clients"] });
      }
      await props.save(given);
    };
    const wish = { name: props.name, prepare, ...(props.scopes === undefined ? {} : { scopes: props.scopes }) };
    void (props.way === "device" ? device.start(wish) : signIn.start(wish));
  };
  return (
    <>
      {otherFields.length > 0 && <SchemaForm fields={otherFields} value={entered} pointer="/credential" onChange={setEntered} />}
      <p className="m-meta">
        {isConnected && props.existing?.label !== undefined
          ? t("signIn.connectedAs", { label: props.existing.label })
          : t(HELP[props.isInstalled ? "install" : props.way], { system: props.system })}
      </p>
      {client && appFields.length > 0 && (
        <ClientFields
          system={props.system}
          isInstalled={props.isInstalled}
          client={client}
          fields={appFields}
          value={app}
          use={use}
          needed={isNeeded}
          onChange={setApp}
          onUse={setUse}
        />
      )}
      <SignInProgress phase={phase} onStop={() => void signIn.stop()} onChoose={(replace) => void signIn.choose(replace)} />
      <DevicePanel
        phase={device.phase}
        onAgain={connect}
        onStop={() => void device.stop()}
        onDecide={(code, replace) => void device.decide(code, replace)}
      />
      <div className="dialog-actions">
        {props.children(given)}
        {device.phase.kind !== "waiting" && device.phase.kind !== "asked" && (
          <Button disabled={!props.ready || appMissing || isUnderWay} loading={isBusy} onClick={connect}>
            {t(isConnected ? "signIn.reconnect" : props.isInstalled ? "signIn.install" : "signIn.connect")}
          </Button>
        )}
      </div>
    </>
  );
}
