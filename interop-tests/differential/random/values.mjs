// JSON texts and texts, plain and odd.

const pieces = [
  "a", "b", "\u0001", '"', "\\", "/", " ", "\t", "\u007f", "é", "ß", "\u2028", "\u2029", "\ufeff", "€", "漢", "\ue000", "\uffff", "\ufffd", "😀",
  "\u{1d11e}", "\u{20000}", "\u{e0001}", "\u{10ffff}", "e\u0301", "<", "&", "_placeholder", "num",
];

/** Any text that UTF-8 can carry. */
export const text = (chance, most = 6) => chance.list(0, most, () => chance.pick(pieces)).join("");

function escaped(chance, character) {
  const named = { '"': '\\"', "\\": "\\\\", "\t": "\\t", "\n": "\\n", "/": "\\/" };
  if (named[character] && chance.hits(60)) {
    return named[character];
  }
  return [...character]
    .flatMap((point) => Array.from({ length: point.length }, (_, index) => point.charCodeAt(index)))
    .map((unit) => `\\u${chance.hits(50) ? unit.toString(16).padStart(4, "0") : unit.toString(16).toUpperCase().padStart(4, "0")}`)
    .join("");
}

/** A text as JSON, with more or fewer escapes than are needed, and now and then half a surrogate pair. */
export function jsonText(chance, most = 6) {
  const written = chance.list(0, most, () => {
    if (chance.hits(4)) {
      return chance.pick(["\\ud800", "\\udc00", "\\uD83D\\uD83D", "\\b\\f\\n\\r"]);
    }
    const piece = chance.pick(pieces);
    return [...piece].map((character) => (/["\\\u0000-\u001f]/.test(character) || chance.hits(15) ? escaped(chance, character) : character)).join("");
  });
  return `"${written.join("")}"`;
}

const oddNumbers = [
  "-0", "0", "1", "-1", "1.0", "1.50", "1e2", "1E+2", "10e-1", "1e-7", "1e21", "1e400", "-1e400", "1e-400", "9007199254740993",
  "123456789012345678901234567890", "0.1", "3.141592653589793238", "5e-324", "1.7976931348623157e308", "4294967296", "-2147483649",
];

const jsonNumber = (chance) => (chance.hits(50) ? chance.pick(oddNumbers) : String(chance.between(-1000, 1000)));

const space = (chance) => (chance.hits(6) ? chance.pick([" ", "\n", "\t", "\r\n", "  "]) : "");

const names = [
  "a", "b", "", "a", "0", "1", "__proto__", "constructor", "toJSON", "length", "_placeholder", "num", "type", "data", "😀", "\\u0062", "sid", "pid",
];

export function jsonObject(chance, depth = 3) {
  const members = chance.list(0, 4, () => {
    const name = chance.hits(80) ? `"${chance.pick(names)}"` : jsonText(chance, 3);
    return `${space(chance)}${name}${space(chance)}:${space(chance)}${json(chance, depth - 1)}${space(chance)}`;
  });
  return `{${members.join(",")}}`;
}

export const jsonArray = (chance, depth = 3) => `[${chance.list(0, 4, () => space(chance) + json(chance, depth - 1)).join(",")}]`;

/** A JSON value, spelled in one of its ways. */
export function json(chance, depth = 3) {
  const kind = chance.weighted({ text: 5, number: 5, literal: 3, object: depth > 0 ? 3 : 0, array: depth > 0 ? 3 : 0, hole: depth > 0 ? 1 : 0 });
  switch (kind) {
    case "text":
      return jsonText(chance);
    case "number":
      return jsonNumber(chance);
    case "literal":
      return chance.pick(["null", "true", "false"]);
    case "object":
      return jsonObject(chance, depth);
    case "array":
      return jsonArray(chance, depth);
    default:
      return chance.pick([
        '{"_placeholder":true,"num":0}',
        '{"_placeholder":false,"num":0}',
        '{"_placeholder":true}',
        '{"num":0}',
        '{"type":"Buffer","data":[1]}',
      ]);
  }
}
