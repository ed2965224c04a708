// What a behaviour can tell the result table, beside passing or failing.
import { expectations, isNodeJudged } from "./host-expectations.mjs";

/** For `skip`: nothing if the condition holds, otherwise the reason that the table shows. */
export const unless = (condition, reason) => (condition ? false : reason);

/** For `skip`: a behaviour that Node's server does not have, as host-expectations.mjs explains. */
export function differs(name) {
  if (!(name in expectations)) {
    throw new Error(`"${name}" is not in host-expectations.mjs`);
  }
  return isNodeJudged ? `differs: ${name}` : false;
}

/** Notes what a test has seen. The matrix fails where our server has shown something else than Node's. */
export function saw(test, what) {
  test.diagnostic(`saw ${JSON.stringify(what)}`);
}
