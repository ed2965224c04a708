// Simpler forms of what stands in a step: lists without some of their items, texts and bytes without a piece, JSON without an argument.

function* withoutPieces(length, cut) {
  for (let size = Math.ceil(length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < length; at += size) {
      yield cut(at, at + size);
    }
  }
}

function* smallerText(text) {
  const json = text.search(/[[{]/);
  if (json >= 0) {
    yield* smallerJson(text.slice(0, json), text.slice(json));
  }
  const characters = [...text];
  yield* withoutPieces(characters.length, (from, to) => [...characters.slice(0, from), ...characters.slice(to)].join(""));
}

/** The same packet with fewer arguments, or simpler ones. */
function* smallerJson(head, json) {
  let value;
  try {
    value = JSON.parse(json);
  } catch {
    return;
  }
  if (Array.isArray(value)) {
    for (let index = value.length - 1; index >= 0; index--) {
      yield head + JSON.stringify(value.toSpliced(index, 1));
      if (index > 0 && value[index] !== 0 && value[index] !== 1) {
        yield head + JSON.stringify(value.with(index, 1));
      }
    }
  } else {
    for (const name of Object.keys(value)) {
      yield head + JSON.stringify(Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)));
    }
  }
}

function* smallerBytes(bytes) {
  yield* withoutPieces(bytes.length, (from, to) => Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]));
}

function* smallerValue(value) {
  if (typeof value === "string") {
    yield* smallerText(value);
  } else if (Buffer.isBuffer(value)) {
    yield* smallerBytes(value);
  } else if (Array.isArray(value)) {
    yield* smallerList(value);
  } else if (value !== null && typeof value === "object") {
    for (const [name, member] of Object.entries(value)) {
      // What a step does is part of it; only what it carries becomes smaller.
      for (const smaller of name === "do" ? [] : smallerValue(member)) {
        yield { ...value, [name]: smaller };
      }
    }
  }
}

function* smallerList(items) {
  if (items.length > 1) {
    for (let index = 0; index < items.length; index++) {
      yield items.toSpliced(index, 1);
    }
  }
  for (const [index, item] of items.entries()) {
    for (const smaller of smallerValue(item)) {
      yield items.with(index, smaller);
    }
  }
}

/** Simpler forms of one step. */
export const smallerSteps = (step) => smallerValue(step);
