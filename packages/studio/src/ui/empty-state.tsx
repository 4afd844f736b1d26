import type { ReactNode } from "react";

/** What a page or panel says when it has nothing to show, and what to do about it. */
export function EmptyState(props: {
  readonly title: string;
  readonly text?: string;
  readonly heading?: boolean;
  readonly children?: ReactNode;
}) {
  const Title = props.heading ? "h1" : "p";
  return (
    <div className="empty">
      <Title className="empty-title">{props.title}</Title>
      {props.text && <p className="empty-text">{props.text}</p>}
      {props.children && <div className="empty-actions">{props.children}</div>}
    </div>
  );
}
