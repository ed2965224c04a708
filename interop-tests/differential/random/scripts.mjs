// The scripts of a run of seeds.
import { scriptOf } from "./compare.mjs";

/** As many scripts as asked for; a seed whose script may not be played is passed over. */
export function* scriptsOf(kind, firstSeed, count) {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const script = scriptOf(kind, seed);
    if (script) {
      yield script;
    }
  }
}
