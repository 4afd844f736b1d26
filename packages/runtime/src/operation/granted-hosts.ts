import type { Json } from "@mortise/contract";
import { normaliseHost } from "../egress/allow-list.ts";

type Settings = { readonly [key: string]: Json };

/** Fills `{settings.x}` holes of a host template; a setting that is a URL gives its host. */
export function fillHost(template: string, settings: Settings): string {
  return template.replaceAll(/\{settings\.([A-Za-z0-9_]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (typeof value !== "string") return "";
    return URL.parse(value)?.host || value;
  });
}

/** Whether a connection's calls may go to a host: one of the contract's `hosts` with the settings filled in, or `"*"`. */
export function grantedHosts(hosts: readonly string[], settings: Settings): (host: string) => boolean {
  if (hosts.includes("*")) return () => true;
  const names = new Set(hosts.map((template) => normaliseHost(withoutPort(fillHost(template, settings)))));
  names.delete("");
  return (host) => names.has(normaliseHost(host));
}

/** `host:8080` without its port; a bare IPv6 address stays whole. */
const withoutPort = (host: string): string => host.replace(/^(\[[^\]]*\]|[^:]*):\d+$/, "$1");
