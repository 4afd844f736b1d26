/** Who decides. */
export interface Person {
  readonly name: string;
  readonly roles: readonly string[];
  /** Of the workspace: may decide whatever anybody may. */
  readonly isOwner: boolean;
}

/** Whether somebody may answer a task that asks these people; an empty list asks everybody. */
export function mayDecide(people: readonly string[], { name, roles, isOwner }: Person): boolean {
  if (isOwner || people.length === 0) return true;
  return people.some(
    (each) => each === name || each === `user:${name}` || (each.startsWith("role:") && roles.includes(each.slice(5))),
  );
}
