// One script against two hosts: are their transcripts the same, once the deliberate differences are taken out?
import { isDeepStrictEqual } from "node:util";
import { Chance } from "./chance.mjs";
import { kinds } from "./kinds/index.mjs";
import { withNodesAnswers } from "./known.mjs";
import { shrink } from "./shrink.mjs";
import { smallerSteps } from "./smaller.mjs";

/** The script of a seed; undefined when its first idea would touch a deliberate difference. */
export function scriptOf(kind, seed) {
  const script = { kind, seed, ...kinds[kind].make(new Chance(seed), seed) };
  return kinds[kind].objectionTo(script) === undefined ? script : undefined;
}

async function playSafely(url, script) {
  try {
    return await kinds[script.kind].play(url, script);
  } catch (error) {
    return [{ "could not be played": error.message.replace(/http:\S+/g, "<url>") }];
  }
}

/** Plays a script to both; the two transcripts when they differ, or undefined. */
export async function differenceOf(script, { referenceUrl, hostUrl }) {
  const [node, played] = await Promise.all([playSafely(referenceUrl, script), playSafely(hostUrl, script)]);
  const ours = withNodesAnswers(played, node);
  return isDeepStrictEqual(node, ours) ? undefined : { node, ours };
}

/** The smallest script that still differs, and its transcripts. */
export async function smallest(script, difference, hosts) {
  let last = difference;
  const steps = await shrink(script.steps, smallerSteps, async (candidate) => {
    const smaller = { ...script, steps: candidate };
    if (kinds[script.kind].objectionTo(smaller) !== undefined) {
      return false;
    }
    const found = await differenceOf(smaller, hosts);
    last = found ?? last;
    return found !== undefined;
  });
  return { script: { ...script, steps }, difference: last };
}
