// Delta debugging: first over the list of steps, in halves, quarters and so on down to single ones, then over the content of each.

/** Leaves out runs of items as long as what is left still fails. */
async function fewer(items, fails) {
  let kept = items;
  for (let length = Math.ceil(kept.length / 2); length >= 1; length = length === 1 ? 0 : Math.ceil(length / 2)) {
    for (let at = 0; at < kept.length; ) {
      const candidate = [...kept.slice(0, at), ...kept.slice(at + length)];
      if (await fails(candidate)) {
        kept = candidate;
      } else {
        at += length;
      }
    }
  }
  return kept;
}

/**
 * The smallest list of steps that still fails. `smaller(step)` lists simpler forms of a step, the simplest first; `fails(steps)` says
 * whether the difference is still there. Ends when nothing can be made smaller, or after `most` attempts.
 */
export async function shrink(steps, smaller, fails, most = 2000) {
  let attempts = 0;
  const stillFails = async (candidate) => attempts++ < most && (await fails(candidate));
  let kept = steps;
  for (let hasChanged = true; hasChanged && attempts < most; ) {
    const before = JSON.stringify(kept);
    kept = await fewer(kept, stillFails);
    for (let index = 0; index < kept.length; index++) {
      kept = await simplerAt(kept, index, smaller, stillFails);
    }
    hasChanged = JSON.stringify(kept) !== before;
  }
  return kept;
}

async function simplerAt(steps, index, smaller, fails) {
  let kept = steps;
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const step of smaller(kept[index])) {
      const candidate = kept.with(index, step);
      if (await fails(candidate)) {
        kept = candidate;
        hasChanged = true;
        break;
      }
    }
  }
  return kept;
}
