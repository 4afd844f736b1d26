import type { Effect } from "@mortise/contract";
import { queryOptions } from "@tanstack/react-query";
import { request } from "../api/request.ts";

/** How a sign-in stands. */
export type SignInStatus = "open" | "sent" | "finishing" | "other_account" | "done" | "failed" | "cancelled" | "expired";

export interface SignInResult {
  readonly message: string;
  readonly reason?: "denied" | "expired" | "failed";
  readonly works?: boolean;
  readonly label?: string;
  readonly previousLabel?: string;
}

export interface SignInState {
  readonly status: SignInStatus;
  readonly result?: SignInResult;
}

export interface Permission {
  readonly name: string;
  readonly purpose?: string;
  readonly required: boolean;
  readonly chosen: boolean;
  readonly granted: boolean;
  readonly operations: readonly { readonly name: string; readonly title: string; readonly effect: Effect }[];
}

/** What a person is shown of a sign-in. */
export interface Consent extends SignInState {
  readonly id: string;
  readonly mode: "popup" | "redirect";
  readonly returnTo?: string;
  readonly connection: string;
  /** How the person takes part: they sign in, or install an app. */
  readonly kind: "oauth2" | "oauth1" | "appInstall";
  readonly connector: {
    readonly name: string;
    readonly version: string;
    readonly title: string;
    readonly publisher: string;
    readonly privacy?: string;
  };
  readonly account?: string;
  readonly isReconnect: boolean;
  readonly scopes: readonly Permission[];
  readonly hosts: readonly string[];
  readonly next?: string;
  /** Whether the other system brings its answer by itself, not with the browser. */
  readonly isDelivered: boolean;
  readonly isRevocable: boolean;
  readonly expiresAtMs: number;
  readonly usedBy: readonly { readonly id: string; readonly name: string }[];
}

/** The app that a deployment is registered with. */
export interface OauthClient {
  readonly isConfigured: boolean;
  readonly clientId?: string;
  readonly ownClient: boolean;
  readonly registration: "static" | "dynamic" | "metadata_document";
  readonly redirectUri: string;
  /** Where the other system delivers its answer; absent: the browser brings it. */
  readonly deliveryUrl?: string;
  readonly fields: readonly { readonly name: string; readonly required: boolean; readonly secret: boolean }[];
}

const path = encodeURIComponent;

export const consentQuery = (id: string) =>
  queryOptions({
    queryKey: ["connect", id],
    queryFn: () => request<Consent>(`connect/${path(id)}`),
    staleTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });

export const clientQuery = (connector: string, scheme: string) =>
  queryOptions({
    queryKey: ["oauth-clients", connector, scheme],
    queryFn: () => request<OauthClient>(`oauth-clients/${path(connector)}/${path(scheme)}`),
    enabled: connector !== "" && scheme !== "",
  });

/** Begins a sign-in. */
export const authorize = (
  name: string,
  body: { readonly mode: "popup" | "redirect"; readonly scopes?: readonly string[]; readonly returnTo?: string },
) => request<{ readonly id: string; readonly url: string }>(`connections/${path(name)}/authorize`, { method: "POST", body });

export const signInStatus = (id: string) => request<SignInState>(`connect/${path(id)}/status`);

/** Where the browser goes now. */
export const sendOff = (id: string, scopes: readonly string[]) =>
  request<{ readonly authorizeUrl: string }>(`connect/${path(id)}/continue`, { method: "POST", body: { scopes } });

export const decide = (id: string, replace: boolean) =>
  request<void>(`connect/${path(id)}/decide`, { method: "POST", body: { replace } });

export const cancelSignIn = (id: string) => request<void>(`connect/${path(id)}`, { method: "DELETE" });

/** A code for the person to enter at the other system. */
export interface DeviceCode {
  readonly id: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  readonly expiresAtMs: number;
  readonly intervalMs: number;
}

export interface DeviceState {
  readonly status: "pending" | "connected" | "other_account" | "denied" | "expired" | "failed";
  readonly message: string;
  readonly label?: string;
  readonly previousLabel?: string;
}

export const startDevice = (name: string, scopes: readonly string[]) =>
  request<DeviceCode>(`connections/${path(name)}/device`, { method: "POST", body: { scopes } });

export const deviceState = (name: string, id: string) => request<DeviceState>(`connections/${path(name)}/device/${path(id)}`);

export const decideDevice = (name: string, id: string, replace: boolean) =>
  request<void>(`connections/${path(name)}/device/${path(id)}/decide`, { method: "POST", body: { replace } });

export const cancelDevice = (name: string, id: string) =>
  request<void>(`connections/${path(name)}/device/${path(id)}`, { method: "DELETE" });
