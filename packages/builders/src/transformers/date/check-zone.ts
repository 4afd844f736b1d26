import { isTimeZone } from "../../dates/zoned-parts.ts";
import type { TransformerContext } from "../transformer.ts";

/** Reports a time zone that does not exist. */
export function checkZone(zone: string | undefined, context: TransformerContext): void {
  if (zone !== undefined && !isTimeZone(zone))
    context.report("error", "INVALID_VALUE", "/zone", `there is no time zone "${zone}"`);
}
