import type { ReactNode } from "react";

/** A page with a title, its actions and its content. */
export function Page(props: {
  readonly title: string;
  readonly lead?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1 className="page-title">{props.title}</h1>
          {props.lead && <p className="page-lead">{props.lead}</p>}
        </div>
        {props.actions && <div className="page-actions">{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}
