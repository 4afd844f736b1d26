import { isIP } from "node:net";
import { MortiseError } from "@mortise/contract";
import ipaddr from "ipaddr.js";
import { normaliseHost } from "./allow-list.ts";

/** Whether a target, at the address that it has, is meant. */
export type NoProxy = (host: string, port: number, address: string) => boolean;

/** Reads an entry of `proxy.noProxy`. Throws `INVALID_VALUE` for what is no host, suffix or range. */
export function noProxy(entry: string): NoProxy {
  if (entry === "*") return () => true;
  const range = /^([0-9a-fA-F:.]+)\/(\d{1,3})$/.exec(entry);
  if (range !== null) return inRange(entry);
  const match = /^\[?([^[\]/\s]+?)\]?(?::(\d{1,5}))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry);
  if (match?.[1] === undefined) throw unreadable(entry);
  const [, written, onPort] = match;
  const isSuffix = written.startsWith(".") || written.startsWith("*.");
  const name = normaliseHost(written.replace(/^\*?\./, ""));
  return (host, port, address) => {
    if (onPort !== undefined && Number(onPort) !== port) return false;
    return host === name || normaliseHost(address) === name || (isSuffix && host.endsWith(`.${name}`));
  };
}

function inRange(entry: string): NoProxy {
  try {
    const [base, bits] = ipaddr.parseCIDR(entry);
    return (_host, _port, address) => {
      const ip = ipaddr.process(address);
      return ip.kind() === base.kind() && ip.match(base, bits);
    };
  } catch {
    throw unreadable(entry);
  }
}

function unreadable(entry: string): MortiseError {
  return new MortiseError("INVALID_VALUE", `proxy.noProxy: ${JSON.stringify(entry)} is no host, suffix or range.`, {
    remedy: "Write it like crm.corp.example, .corp.example, 10.1.2.3, 10.0.0.0/8 or localhost:8080.",
  });
}
