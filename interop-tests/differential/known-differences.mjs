// Where we mean to differ from Node. Each row: the case, the place in its transcript (index, label, then a path),
// what Node says, what we say, and why. A row whose Node value no longer occurs fails the suite. A row without a place
// sets the whole case aside: it is played, but not compared.

const methodNotAllowed = (method) => ({
  case: `${method} on a live session`,
  at: [0, `${method}`, "status"],
  node: 500,
  ours: 405,
  why: "a method that is not supported is the client's error",
});

export const knownDifferences = [
  methodNotAllowed("PUT"),
  methodNotAllowed("DELETE"),
  methodNotAllowed("PATCH"),
  methodNotAllowed("HEAD"),
  methodNotAllowed("OPTIONS"),
  {
    case: "an upgrade request outside of every engine path",
    at: [0, "upgrade"],
    node: { aborted: true },
    ours: { aborted: false },
    why: "what is not ours falls through to the application, which answers 404; Node drops the connection after a second",
  },
  ...["6 :4hello", "1e1:4123456789"].flatMap((payload) =>
    ["", "&b64=1"].map((query) => ({
      case: `text payload ${JSON.stringify(payload)} ${query}`,
      why: "a length is decimal digits; Node reads whatever JavaScript takes for a number",
    })),
  ),
];

/**
 * A body that Node sends in chunks may come with a length from us (empty and JSON error bodies, compressed bodies);
 * never the other way round.
 */
export const mayHaveLengthInstead = (nodeFraming, ourFraming) => nodeFraming !== "length" && ourFraming === "length";
