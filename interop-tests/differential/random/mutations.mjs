// Small damage: what a hostile or broken peer makes of a valid packet.
import { text } from "./values.mjs";

const insertions = [
  "[", "]", "{", "}", ",", ":", '"', "-", "/", "0", "1", "9", "e", ".", "\\", "\\u", "null", "\u0000", "\u007f", "😀", "5", "4", "2", "b", "=",
  "\u001f",
];

/** Damages a text at one or a few places. */
export function damagedText(chance, original) {
  let characters = [...original];
  for (let count = chance.weighted({ 1: 6, 2: 2, 3: 1 }); count > 0; count--) {
    const at = chance.below(characters.length + 1);
    const end = Math.min(characters.length, at + chance.between(1, 4));
    switch (chance.weighted({ cut: 3, insert: 4, replace: 4, repeat: 2, truncate: 3, swap: 1, front: 2 })) {
      case "cut":
        characters.splice(at, end - at);
        break;
      case "insert":
        characters.splice(at, 0, chance.hits(85) ? chance.pick(insertions) : text(chance, 2));
        break;
      case "replace":
        characters.splice(at, end - at, chance.pick(insertions));
        break;
      case "repeat":
        characters.splice(at, 0, ...characters.slice(at, end));
        break;
      case "truncate":
        characters = characters.slice(0, at);
        break;
      case "swap":
        characters = [...characters.slice(end), ...characters.slice(0, end)];
        break;
      case "front":
        characters[0] = chance.pick(["0", "1", "2", "3", "4", "5", "6", "7", "b", "a", "é"]);
        break;
    }
  }
  return characters.join("");
}

/** Damages bytes at one or a few places. */
export function damagedBytes(chance, original) {
  let bytes = [...original];
  for (let count = chance.weighted({ 1: 6, 2: 2, 3: 1 }); count > 0; count--) {
    const at = chance.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + chance.between(1, 4));
    switch (chance.weighted({ cut: 3, insert: 3, flip: 5, replace: 3, repeat: 2, truncate: 3 })) {
      case "cut":
        bytes.splice(at, end - at);
        break;
      case "insert":
        bytes.splice(at, 0, chance.below(256));
        break;
      case "flip":
        if (at < bytes.length) {
          bytes[at] ^= 1 << chance.below(8);
        }
        break;
      case "replace":
        if (at < bytes.length) {
          bytes[at] = chance.below(256);
        }
        break;
      case "repeat":
        bytes.splice(at, 0, ...bytes.slice(at, end));
        break;
      case "truncate":
        bytes = bytes.slice(0, at);
        break;
    }
  }
  return Buffer.from(bytes);
}
