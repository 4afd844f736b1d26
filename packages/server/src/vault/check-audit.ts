import { type AuditReport, type VerifyAuditOptions, verifyAudit } from "../store/verify-audit.ts";
import { type DatabasePlace, openDatabase } from "./open-database.ts";

export type { AuditReport };

/** Recomputes the audit of a deployment. Needs no key. Throws `DATABASE_UNAVAILABLE`. */
export async function checkAudit(place: DatabasePlace, options: VerifyAuditOptions = {}): Promise<AuditReport> {
  const { db, close } = await openDatabase(place);
  try {
    return await verifyAudit(db, options);
  } finally {
    await close();
  }
}
