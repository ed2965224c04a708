// What a behaviour can tell the result table, beside passing or failing.
import { expectations, isNodeJudged } from "./host-expectations.mjs";

/** For `skip`: nothing if the condition holds, otherwise the reason that the table shows. */
export const unless = (condition, reason) => (condition ? false : reason);

function expectationOf(name) {
  if (!Object.hasOwn(expectations, name)) {
    throw new Error(`"${name}" is not in host-expectations.mjs`);
  }
  return expectations[name];
}

/** For `skip`: a behaviour that Node's server does not have, as host-expectations.mjs explains. */
export function differs(name) {
  expectationOf(name);
  return isNodeJudged ? `differs: ${name}` : false;
}

/**
 * What host-expectations.mjs expects of the host under test. The matrix takes the whole test for one in which the servers differ, so that
 * it is asked for only where they do.
 */
export function expectedOf(test, name) {
  const { node, ours } = expectationOf(name);
  test.diagnostic(`differs ${name}`);
  return isNodeJudged ? node : ours;
}

/** Notes what a test has seen. The matrix fails where our server has shown something else than Node's. */
export function saw(test, what) {
  test.diagnostic(`saw ${JSON.stringify(what)}`);
}
