import type { Attributes, Span } from "@opentelemetry/api";

/** What a recording span of OpenTelemetry's SDK has beside its interface: `attributes` is public (ReadableSpan), its limits are not. */
interface SdkSpan {
  readonly attributes?: { [name: string]: unknown };
  readonly ended?: boolean;
  readonly _spanLimits?: { readonly attributeCountLimit?: number; readonly attributeValueLengthLimit?: number };
}

/** More than all that Mortise sets on one span. */
const MANY = 64;

/**
 * Sets attributes that are texts, numbers and booleans. The SDK looks for cycles in every single value, with a set made for it, which for the
 * twenty of a call costs more than its two spans. So where neither their number nor their length is limited below what is usual they are
 * written into the span; any other span is asked to set them.
 */
export function setAttributes(span: Span, attributes: Attributes): void {
  const { attributes: own, ended, _spanLimits: limits } = span as SdkSpan;
  const isPlain =
    own !== undefined &&
    ended === false &&
    limits?.attributeValueLengthLimit === Number.POSITIVE_INFINITY &&
    limits.attributeCountLimit !== undefined &&
    limits.attributeCountLimit >= MANY;
  if (!isPlain) {
    span.setAttributes(attributes);
    return;
  }
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") own[name] = value;
    else span.setAttributes({ [name]: value });
  }
}
