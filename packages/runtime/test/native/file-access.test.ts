// Pins: a path that leads out of the allowed folders: by dots, by symbolic links, by links that dangle, by a folder with a like name.
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFileAccess } from "../../src/native/file-access.ts";

let top: string;
beforeAll(async () => {
  top = await realpath(await mkdtemp(path.join(tmpdir(), "mortise-")));
  await mkdir(path.join(top, "data/in"), { recursive: true });
  await mkdir(path.join(top, "data-2"));
  await writeFile(path.join(top, "data/in/a.csv"), "a");
  await writeFile(path.join(top, "secret"), "s");
  await symlink(path.join(top, "secret"), path.join(top, "data/link"));
  await symlink(path.join(top, "new-secret"), path.join(top, "data/dangling"));
  await symlink(top, path.join(top, "data/up"));
  await symlink(path.join(top, "data/in"), path.join(top, "data/inside"));
});
afterAll(() => rm(top, { recursive: true }));

const files = () => createFileAccess({ roots: ["data"], base: top });
const codeOf = (work: Promise<string>) =>
  work.then(
    () => "allowed",
    (error: { code: string }) => error.code,
  );

describe("file access", () => {
  it("resolves paths below the base or below the connection's folder", async () => {
    expect(await files().resolve("data/in/a.csv", "read")).toBe(path.join(top, "data/in/a.csv"));
    expect(await files().resolve("a.csv", "read", "data/in")).toBe(path.join(top, "data/in/a.csv"));
    expect(await files().resolve("new/b.csv", "write", path.join(top, "data"))).toBe(path.join(top, "data/new/b.csv"));
    expect(await files().resolve("data/inside/a.csv", "read")).toBe(path.join(top, "data/in/a.csv"));
  });

  it.each([
    "secret",
    "data/../secret",
    "/etc/passwd",
    "data/link",
    "data/dangling",
    "data/up/secret",
    "data/up/new",
    "data-2/x",
    "data/in/a.csv\0.txt",
  ])("refuses %s", async (given) => {
    expect(await codeOf(files().resolve(given, "write"))).toBe("FILE_NOT_ALLOWED");
    expect(await codeOf(files().resolve(given, "read"))).toBe("FILE_NOT_ALLOWED");
  });

  it("tells a missing file from a forbidden one", async () => {
    expect(await codeOf(files().resolve("data/missing.csv", "read"))).toBe("FILE_NOT_FOUND");
    expect(await codeOf(files().resolve("missing.csv", "read"))).toBe("FILE_NOT_ALLOWED");
    expect(await codeOf(createFileAccess({ roots: [], base: top }).resolve("data/in/a.csv", "read"))).toBe("FILE_NOT_ALLOWED");
    expect(await codeOf(createFileAccess({ roots: "*", base: top }).resolve("secret", "read"))).toBe("allowed");
  });

  it("allows a file that somebody makes at the same moment", async () => {
    const found = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const name = path.join(top, `data/fresh-${round}`);
      const looks = Array.from({ length: 8 }, () => codeOf(files().resolve(name, "write")));
      const [, ...codes] = await Promise.all([writeFile(name, "x"), ...looks]);
      for (const code of codes) found.add(code);
    }
    expect([...found]).toEqual(["allowed"]);
  });
});
