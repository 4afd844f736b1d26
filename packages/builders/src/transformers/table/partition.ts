import Type from "typebox";

/** Groups in which a transformer of tables works on its own. */
export const Partition = Type.Optional(
  Type.Array(Type.String({ minLength: 1 }), {
    title: "For each",
    "x-help": "Groups that agree in these fields count on their own. Absent: all together.",
  }),
);
