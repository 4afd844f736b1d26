/** A browser without a screen: keeps cookies by origin, and says what it is as a browser does. */
export class Visitor {
  readonly #jars = new Map<string, Map<string, string>>();

  /** One request; redirects are not followed. */
  async visit(url: string, form?: Record<string, string>): Promise<Response> {
    return await this.#send(url, form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) });
  }

  /** A request of a page of this server's own. */
  async api(
    method: string,
    url: string,
    body?: unknown,
    headers: Record<string, string> = { "x-mortise": "1" },
  ): Promise<Response> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const typed: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    return await this.#send(url, { method, headers: { ...typed, ...headers }, ...json });
  }

  /** Puts a cookie into the jar of an origin. */
  keep(origin: string, name: string, value: string): void {
    this.#jars.set(origin, new Map([...(this.#jars.get(origin) ?? []), [name, value]]));
  }

  cookies(origin: string): ReadonlyMap<string, string> {
    return this.#jars.get(origin) ?? new Map();
  }

  /** Goes where a provider's pages lead, signing in and saying yes, until an address of `home` comes; returns that address. */
  async consent(start: string, home: string, login = "ada"): Promise<string> {
    let url = start;
    for (let steps = 0; steps < 20; steps++) {
      if (url.startsWith(home)) return url;
      const response = await this.visit(url);
      const next = response.headers.get("location");
      if (next !== null) {
        url = new URL(next, url).href;
        continue;
      }
      const page = await response.text();
      const form: Record<string, string> = page.includes('value="login"')
        ? { prompt: "login", login, password: "any" }
        : { prompt: "consent" };
      url = new URL((await this.visit(url, form)).headers.get("location") ?? "", url).href;
    }
    throw new Error("The provider did not send the browser back.");
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const { origin } = new URL(url);
    const jar = this.#jars.get(origin) ?? new Map<string, string>();
    this.#jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === "" ? {} : { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
}
