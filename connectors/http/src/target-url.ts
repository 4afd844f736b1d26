import { cel } from "@mortise/sdk";

const BASE = 'settings.baseUrl.endsWith("/") ? settings.baseUrl.substring(0, settings.baseUrl.size() - 1) : settings.baseUrl';

/** A path behind the base URL, with one slash between them. */
const below = (path: string) => `(${BASE}) + (${path}.startsWith("/") ? "" : "/") + ${path}`;

/**
 * Where a call goes: a path is put behind the base URL; a whole URL goes as it is where the connection has no base URL, and must lie
 * below it where there is one, so that data can never choose who gets the credential.
 */
export const targetUrl = cel<string>(
  [
    "!has(settings.baseUrl) ? input.url",
    `!input.url.contains("://") ? ${below("input.url")}`,
    `input.url.startsWith((${BASE}) + "/") ? input.url`,
    '"outside of the base URL: " + input.url',
  ].join(" : "),
);

/** Where the test of a connection goes. */
export const testUrl = cel<string>(`has(settings.baseUrl) ? ${below("settings.testPath")} : settings.testPath`);
