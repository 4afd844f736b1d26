import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { PostgresAccount } from "./postgres-account.ts";

/** Whether an account may go through every folder above a path. An account of `{}` is ours and reaches what we reach. */
export function canReach(path: string, account: PostgresAccount): boolean {
  if (account.uid === undefined) return true;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!maySearch(folder, account)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function maySearch(folder: string, { uid, gid }: PostgresAccount): boolean {
  const { mode, uid: owner, gid: group } = statSync(folder);
  if (owner === uid) return (mode & 0o100) !== 0;
  if (group === gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
