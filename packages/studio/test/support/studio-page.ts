import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const CHROMIUM = process.env.MORTISE_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Cookies of a session. */
export type SignedIn = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Builds the pages where their sources changed. Throws where they do not build. */
export async function buildPages(): Promise<void> {
  const launcher = new URL("../../../../tools/launch/build-studio.mjs", import.meta.url).href;
  const { buildStudio } = (await import(launcher)) as { buildStudio(): Promise<number> };
  if ((await buildStudio()) !== 0) throw new Error("The pages of the studio could not be built.");
}

/** A browser; the test that needs it says what to do where there is none. */
export async function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `The browser test needs Chromium and found none at ${CHROMIUM}. Install it: apt-get install chromium; or set MORTISE_CHROMIUM.`,
    );
  }
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
}

/** Follows a sign-in link. */
export async function signIn(browser: Browser, link: string): Promise<SignedIn> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  const signedIn = await context.storageState();
  await context.close();
  return signedIn;
}

/** A page that remembers everything that must not happen. */
export async function openPage(
  browser: Browser,
  {
    signedIn,
    colorScheme = "light",
    width = 1440,
  }: { readonly signedIn: SignedIn; readonly colorScheme?: "light" | "dark"; readonly width?: number },
): Promise<{ page: Page; faults: string[]; close: () => Promise<void> }> {
  const context = await browser.newContext({
    storageState: signedIn,
    colorScheme,
    viewport: { width, height: 900 },
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && faults.push(`console: ${message.text()}`));
  page.on(
    "requestfailed",
    (request) =>
      !request.url().endsWith("/events") &&
      request.failure()?.errorText !== "net::ERR_ABORTED" &&
      faults.push(`failed: ${request.url()}`),
  );
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return { page, faults, close: () => context.close() };
}

/** What axe finds wrong, as short lines. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const run = (
      globalThis as unknown as {
        axe: { run(at: Document): Promise<{ passes: unknown[]; violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe.run;
    const result = await run(document);
    if (result.passes.length < 10) return ["axe saw no page"];
    return result.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}
