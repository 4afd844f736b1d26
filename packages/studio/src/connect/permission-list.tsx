import { useTranslation } from "react-i18next";
import { EffectBadge } from "../ui/effect-badge.tsx";
import type { Permission } from "./sign-in-api.ts";

/** Scopes that mean the same at every system (OpenID Connect Core 1.0 §5.4, §11). */
const STANDARD: { readonly [scope: string]: string } = {
  openid: "connect.scope.openid",
  profile: "connect.scope.profile",
  email: "connect.scope.email",
  offline_access: "connect.scope.offline",
};

/** How many operations are named before the rest is counted. */
const NAMED = 4;

/** What a person allows, one row a permission: what it is for, and what works with it alone. */
export function PermissionList(props: {
  readonly permissions: readonly Permission[];
  readonly chosen: ReadonlySet<string>;
  readonly isReconnect: boolean;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
}) {
  const { t } = useTranslation();
  const toggle = (name: string) => {
    const next = new Set(props.chosen);
    if (!next.delete(name)) next.add(name);
    props.onChange(next);
  };
  return (
    <ul className="permissions">
      {props.permissions.map((permission) => {
        const { name, required, operations } = permission;
        const known = STANDARD[name];
        const purpose = permission.purpose ?? (known === undefined ? "" : t(known));
        const says = purpose === "" ? name : purpose;
        return (
          <li key={name} className="permission">
            <label className="permission-label">
              <input
                type="checkbox"
                checked={required || props.chosen.has(name)}
                disabled={required}
                aria-describedby={`permission-${name}`}
                onChange={() => toggle(name)}
              />
              <span className="permission-words">{says}</span>
              {props.isReconnect && !permission.granted && <span className="tag permission-new">{t("connect.isNew")}</span>}
            </label>
            <div className="permission-more" id={`permission-${name}`}>
              {required && <span className="m-meta">{t("connect.always")} · </span>}
              {purpose !== "" && (
                <span className="m-meta m-mono" title={t("connect.scopeName", { scope: name })}>
                  {name}
                </span>
              )}
              {operations.length > 0 && (
                <ul className="permission-uses">
                  {operations.slice(0, NAMED).map((operation) => (
                    <li key={operation.name}>
                      <EffectBadge effect={operation.effect} /> <span className="m-meta">{operation.title}</span>
                    </li>
                  ))}
                  {operations.length > NAMED && (
                    <li className="m-meta">{t("data.more", { count: operations.length - NAMED })}</li>
                  )}
                </ul>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
