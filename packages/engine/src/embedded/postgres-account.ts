import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { MortiseError } from "@mortise/contract";

/** `nobody` on Linux: PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** The account under which PostgreSQL runs; `{}` means ours. */
export interface PostgresAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Chooses the account: ours, or for root an unprivileged one that exists already. No account is ever created.
 * Throws `DATABASE_UNAVAILABLE` for a uid without a line in the passwd file, which PostgreSQL's initdb does not accept.
 */
export function postgresAccount(): PostgresAccount {
  const uid = process.getuid?.();
  if (uid === undefined) return {};
  if (uid === 0) return unprivilegedAccount();
  try {
    userInfo();
    return {};
  } catch {
    throw noAccount(`The user id ${uid} has no line in /etc/passwd, and PostgreSQL does not start without one.`, uid);
  }
}

function unprivilegedAccount(): PostgresAccount {
  const accounts = passwdAccounts();
  const account = accounts.find(({ uid }) => uid === NOBODY) ?? accounts.find(({ uid }) => uid > 0);
  if (account) return account;
  throw noAccount("This process is root and /etc/passwd has no other account that PostgreSQL could run under.", NOBODY);
}

function passwdAccounts(): { uid: number; gid: number }[] {
  try {
    const lines = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => line.split(":"));
    return lines
      .map((fields) => ({ uid: Number(fields[2]), gid: Number(fields[3]) }))
      .filter(({ uid, gid }) => uid >= 0 && gid >= 0);
  } catch {
    // No passwd file to read (macOS keeps accounts elsewhere): the well-known id is the best guess.
    return [{ uid: NOBODY, gid: NOBODY }];
  }
}

function noAccount(message: string, uid: number): MortiseError {
  return new MortiseError("DATABASE_UNAVAILABLE", message, {
    remedy: `Add a line such as "mortise:x:${uid}:${uid}::/tmp:/bin/false" to /etc/passwd, or give the address of a PostgreSQL server (--database URL).`,
  });
}
