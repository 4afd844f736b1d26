// Pins: a way to an address that nobody allowed (server-side request forgery), by literal, by name, by any spelling of it.
import { describe, expect, it } from "vitest";
import { addressReach } from "../../src/egress/address-rules.ts";
import { parseAllowList } from "../../src/egress/allow-list.ts";
import { EgressGuard } from "../../src/egress/egress-guard.ts";

const names: { readonly [name: string]: readonly string[] } = {
  "public.example.com": ["93.184.216.34", "2606:2800:220:1::1"],
  "mixed.example.com": ["93.184.216.34", "10.0.0.1"],
  "private.example.com": ["10.0.0.1"],
  "metadata.example.com": ["169.254.169.254"],
  localhost: ["127.0.0.1"],
};

const guardOf = (...allow: string[]) =>
  new EgressGuard(parseAllowList({ allow }), async (name) => (names[name] ?? []).map((address) => ({ address, family: 4 })));
const any = () => true;

const verdict = async (guard: EgressGuard, url: string): Promise<string> => {
  try {
    const addresses = await guard.addresses(guard.checkUrl(new URL(url), any));
    return addresses.map(({ address }) => address).join(" ");
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
};

describe("the egress guard", () => {
  it("lets https to public addresses through, all of which it returns for dialling", async () => {
    expect(await verdict(guardOf(), "https://public.example.com/x")).toBe("93.184.216.34 2606:2800:220:1::1");
    expect(await verdict(guardOf(), "https://93.184.216.34/")).toBe("93.184.216.34");
    expect(await verdict(guardOf(), "https://public.example.com./")).toBe("93.184.216.34 2606:2800:220:1::1");
  });

  it.each([
    "http://public.example.com/",
    "https://public.example.com:8443/",
    "https://user@public.example.com/",
    "https://user:pw@public.example.com/",
    "ftp://public.example.com/",
    "https://mixed.example.com/",
    "https://private.example.com/",
    "https://unknown.example.com/",
    "https://localhost/",
    "https://localhost./",
    "https://printer/",
    "https://db.internal/",
    "https://nas.local/",
    "https://router.home.arpa/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0.0.0.0/",
    "https://169.254.169.254/",
    "https://168.63.129.16/",
    "https://100.100.100.200/",
    "https://192.168.1.1/",
    "https://172.16.0.1/",
    "https://100.64.0.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[ff02::1]/",
  ])("refuses %s", async (url) => {
    expect(await verdict(guardOf(), url)).toBe("EGRESS_DENIED");
  });

  it("lets exactly what the deployment allows through, and allows its names private addresses", async () => {
    const guard = guardOf("http://127.0.0.1:8080", "https://private.example.com", "http://localhost:*", "https://[::1]:9000");
    expect(await verdict(guard, "http://127.0.0.1:8080/")).toBe("127.0.0.1");
    expect(await verdict(guard, "http://127.0.0.1:8081/")).toBe("EGRESS_DENIED");
    expect(await verdict(guard, "https://127.0.0.1:8080/")).toBe("EGRESS_DENIED");
    expect(await verdict(guard, "https://private.example.com/")).toBe("10.0.0.1");
    expect(await verdict(guard, "http://localhost:1234/")).toBe("127.0.0.1");
    expect(await verdict(guard, "https://[::1]:9000/")).toBe("::1");
  });

  it("never follows an allowed name to link-local and metadata addresses; only their literal can be allowed", async () => {
    expect(await verdict(guardOf("https://metadata.example.com"), "https://metadata.example.com/")).toBe("EGRESS_DENIED");
    expect(await verdict(guardOf("http://169.254.169.254"), "http://169.254.169.254/")).toBe("169.254.169.254");
  });

  it("refuses a host that the contract does not list, whatever the deployment allows", () => {
    const guard = guardOf("http://127.0.0.1:*");
    expect(() => guard.checkUrl(new URL("http://127.0.0.1:1/"), (host) => host === "api.example.com")).toThrow("does not list");
  });

  it("confirms the address that was dialled in any spelling, and no other", () => {
    const guard = guardOf();
    expect(guard.confirms({ address: "::1", family: 6 }, "0:0:0:0:0:0:0:1")).toBe(true);
    for (const remote of ["127.0.0.2", "::ffff:127.0.0.1", undefined])
      expect(guard.confirms({ address: "127.0.0.1", family: 4 }, remote)).toBe(false);
  });

  it("names the entry that would allow it", () => {
    const message = (act: () => unknown): unknown => {
      try {
        return act();
      } catch (error) {
        return (error as { data: { remedy: string } }).data.remedy;
      }
    };
    expect(message(() => guardOf().checkUrl(new URL("http://127.0.0.1:8080/x?secret=1"), any))).toContain(
      '"http://127.0.0.1:8080"',
    );
    expect(message(() => guardOf().checkTcp("127.0.0.1", 5432, any))).toContain('"tcp://127.0.0.1:5432"');
    expect(message(() => guardOf().checkSocket("/run/postgresql/.s.PGSQL.5432"))).toContain(
      '"unix:/run/postgresql/.s.PGSQL.5432"',
    );
  });

  it("wants an exception for every TCP and Unix socket", () => {
    expect(() => guardOf().checkTcp("public.example.com", 5432, any)).toThrow("not allowed");
    expect(guardOf("tcp://db.example.com:*").checkTcp("DB.example.com", 5432, any)).toMatchObject({
      host: "db.example.com",
      port: 5432,
    });
    const guard = guardOf("unix:/run/postgresql");
    guard.checkSocket("/run/postgresql/.s.PGSQL.5432");
    expect(() => guard.checkSocket("/run/postgresql/../docker.sock")).toThrow("not allowed");
    expect(() => guard.checkSocket("/run/postgresqlx/s")).toThrow("not allowed");
  });

  it("refuses entries that it cannot read", () => {
    for (const entry of ["127.0.0.1:80", "http://*", "tcp://host", "https://a/b", "http://u:p@host", "http://h:99999"]) {
      expect(() => parseAllowList({ allow: [entry] }), entry).toThrow("is no entry");
    }
  });

  it("classifies addresses that are none as unreachable", () => {
    expect(addressReach("nonsense")).toBe("never-by-name");
    expect(addressReach("::ffff:8.8.8.8")).toBe("public");
  });
});
