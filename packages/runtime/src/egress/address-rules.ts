import ipaddr from "ipaddr.js";

/** How far an address may be reached: by default, only where the deployment allows its name, or only where it allows the literal. */
export type AddressReach = "public" | "private" | "never-by-name";

type Range4 = readonly [string, number];

/** IANA IPv4 special-purpose blocks (RFC 6890 and its registry), and the metadata services of two clouds on public addresses. */
const PRIVATE_V4: readonly Range4[] = [
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
];

/** Never what a name should lead to: this host, link-local (cloud metadata), multicast, reserved. */
const NEVER_V4: readonly Range4[] = [
  ["0.0.0.0", 8],
  ["169.254.0.0", 16],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  ["168.63.129.16", 32],
  ["100.100.100.200", 32],
];

/** Inside 2000::/3, yet not the public Internet: protocol assignments and Teredo, documentation, 6to4. */
const PRIVATE_V6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].map((range) => ipaddr.IPv6.parseCIDR(range));
const GLOBAL_V6 = ipaddr.IPv6.parseCIDR("2000::/3");
const NEVER_V6 = ["::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128"].map((range) => ipaddr.IPv6.parseCIDR(range));

/** Classifies an IP address in text form. IPv4-mapped IPv6 counts as the IPv4 address in it; what cannot be parsed is `never-by-name`. */
export function addressReach(address: string): AddressReach {
  if (!ipaddr.isValid(address)) return "never-by-name";
  const ip = ipaddr.process(address);
  if (ip.kind() === "ipv4") {
    const v4 = ip as ipaddr.IPv4;
    const within = ([base, bits]: Range4): boolean => v4.match(ipaddr.IPv4.parse(base), bits);
    if (NEVER_V4.some(within)) return "never-by-name";
    return PRIVATE_V4.some(within) ? "private" : "public";
  }
  const v6 = ip as ipaddr.IPv6;
  if (NEVER_V6.some((range) => v6.match(range))) return "never-by-name";
  return v6.match(GLOBAL_V6) && !PRIVATE_V6.some((range) => v6.match(range)) ? "public" : "private";
}
