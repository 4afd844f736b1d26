import { type Json, MortiseError } from "@mortise/contract";
import { normaliseHost } from "../egress/allow-list.ts";

type Settings = { readonly [key: string]: Json };

/** A host with or without a port (RFC 3986 §3.2.2, §3.2.3), a bare IPv6 address too. Anything else would end the host early. */
const HOST = /^(?:[^\s/?#@\\:%<>^|[\]\u3002\uff0e\uff61]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$|^[0-9a-f]*:[0-9a-f:.]+$/i;

/**
 * Fills `{settings.x}` holes of a host template; a setting that is a URL gives its host. Throws `MISCONFIGURED` for a setting with which the
 * text is no host any more: what follows the hole would not belong to it, and the credential would go elsewhere. `""`: it is not set.
 */
export function fillHost(template: string, settings: Settings): string {
  let isSet = false;
  const filled = template.replaceAll(/\{settings\.([A-Za-z0-9_]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (typeof value !== "string" || value === "") return "";
    isSet = true;
    return URL.parse(value)?.host || value;
  });
  if (HOST.test(filled) && !/^\.|\.\./.test(filled)) return filled;
  if (!isSet) return "";
  throw new MortiseError("MISCONFIGURED", `The settings make no host of ${template}: ${JSON.stringify(filled.slice(0, 200))}.`, {
    path: "/settings",
    remedy: "Enter the name of a host, or the address that begins with it.",
  });
}

/** Whether a connection's calls may go to a host: one of the contract's `hosts` with the settings filled in, or `"*"`. */
export function grantedHosts(hosts: readonly string[], settings: Settings): (host: string) => boolean {
  if (hosts.includes("*")) return () => true;
  const names = new Set(hosts.map((template) => normaliseHost(withoutPort(hostOrNone(template, settings)))));
  names.delete("");
  return (host) => names.has(host) || names.has(normaliseHost(host));
}

/** A setting that is no host grants nothing; calls that would go there say so. */
function hostOrNone(template: string, settings: Settings): string {
  try {
    return fillHost(template, settings);
  } catch {
    return "";
  }
}

/** `host:8080` without its port; a bare IPv6 address stays whole. */
const withoutPort = (host: string): string => host.replace(/^(\[[^\]]*\]|[^:]*):\d+$/, "$1");
