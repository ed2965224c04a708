// The deliberate differences that random packets could meet, by the head of their row in docs/differences-from-node.md.
// Most are kept clear of: a script that would touch one is not played, because its outcome would hide what comes after it.
// The others are recognised in the transcripts, each by exactly what it looks like.
//
// Which packets share one piece decides about joining, leaving and unreadable ones (joinTakesNoTurn to inFrontOfUnreadable): model.mjs
// lets only events of joined namespaces share one. No frame is written whose length has its top bit set, and no half pair of surrogates
// is given to a handler that takes texts.

export const rows = {
  headerDigits: "Digits of a header",
  exactNumbers: "Numbers above 2^53 that ask for an answer",
  spaceAsDigit: "A space or a line break in front of the payload",
  wholePlaceholders: "A placeholder whose number is no integer, such as 0.5",
  escapedPlaceholder: "A placeholder whose name is written with escapes (`\"\\u005fplaceholder\"`)",
  prototypeMembers: "A member named `__proto__` beside binary values",
  lateAnswer: "An answer for a namespace in which the client is not",
  joinTakesNoTurn: "Joining a namespace where nothing has to be waited for",
  secondConnect: "A second CONNECT while the first is under way",
  eventsBeforeGoodbye: "Events right before the goodbye of their client",
  connectBehindGoodbye: "CONNECT right behind a DISCONNECT, in one piece",
  eventBehindGoodbye: "An event or a second DISCONNECT right behind a DISCONNECT, in one piece",
  inFrontOfUnreadable: "Packets in front of one that cannot be read, in one piece",
  argumentsThatDoNotFit: "Arguments that do not fit a handler",
  halfPairs: "Half of a surrogate pair in a text",
  foreignNames: "A version 2 client that asks for a name such as `//chat`",
  longNames: "Length of a namespace's name",
  deepPayloads: "Depth of a payload",
  lengthOfVersion3: "The length of a protocol 3 packet in a text payload",
  binaryLengthOfVersion3: "The length of a protocol 3 packet in a binary payload",
  base64BeyondLatin: "Base64 with characters beyond Latin-1",
  answersToOnePost: "What one POST brings about while a poll waits",
  otherMethods: "A method other than GET and POST for a live session",
  closeReason: "The reason in a client's close frame",
  topBit: "A frame length of 64 bits whose top bit is set",
};

const afterHead = String.raw`^4\d(?:[^-/,[{"]*-)?(?:/[^,]*(?:,|$))?`;

/** Rows that a single text packet touches by how it is written, whatever the state of the connection. */
const spellings = [
  [rows.headerDigits, (packet) => /^4[56]/.test(packet) && !/^4[56]\d{0,17}(-|[^\d].*|$)/s.test(packet)],
  [rows.headerDigits, (packet) => /^4[56]/.test(packet) && isJavaScriptsNumberOnly(packet.slice(2).split("-")[0])],
  [rows.exactNumbers, (packet) => new RegExp(`${afterHead}\\d{16}`, "s").test(packet)],
  [rows.spaceAsDigit, (packet) => /^4\s/.test(packet) || new RegExp(`${afterHead}\\d*[\\s\\ufeff]`, "s").test(packet)],
  [
    rows.wholePlaceholders,
    (packet) => /^4[56]/.test(packet) && [...packet.matchAll(/"num"\s*:\s*(-?[\d.eE+-]+)/g)].some(([, number]) => !Number.isInteger(Number(number))),
  ],
  [rows.escapedPlaceholder, (packet) => /^4[56]/.test(packet) && hasEscapedPlaceholder(packet)],
  [rows.prototypeMembers, (packet) => /^4[56]/.test(packet) && packet.includes("_proto__")],
  [rows.longNames, (packet) => Buffer.byteLength(packet.slice(0, 600)) > 500 && /^4\d[^[{"]*\/[^,]{400}/s.test(packet)],
  [rows.deepPayloads, (packet) => (packet.match(/[[{]/g) ?? []).length > 60],
];

/** What JavaScript takes for the number of attachments and we do not. */
const isJavaScriptsNumberOnly = (count) => !/^\d+$/.test(count) && count !== "" && Number.isInteger(Number(count)) && Number(count) > 0;

function hasEscapedPlaceholder(packet) {
  const names = packet.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/gs) ?? [];
  return names.some((name) => name !== '"_placeholder"' && name.includes("\\") && parsed(name) === "_placeholder");
}

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** The head of the row that the packet would touch, or undefined. */
export const spellingOf = (packet) => spellings.find(([, touches]) => touches(packet))?.[0];

/** In a transcript of the host under test: Node's answer in place of ours, where the two differ on purpose. */
export function withNodesAnswers(ours, node) {
  return ours.map((line, index) => {
    const [[label, value]] = Object.entries(line);
    const counterpart = node[index]?.[label];
    const isOtherMethod = /^(PUT|DELETE|PATCH|HEAD|OPTIONS) /.test(label) && value?.status === 405 && counterpart?.status === 500;
    if (isOtherMethod && value.body === "" && counterpart.body === "") {
      return { [label]: { ...value, status: 500 } }; // rows.otherMethods
    }
    if (label === "received" && isCloseWithoutReason(value.at(-1), counterpart?.at(-1))) {
      return { [label]: value.with(-1, counterpart.at(-1)) }; // rows.closeReason
    }
    return line;
  });
}

/** Close frames as the players of frames write them down: the first byte, then `<code and reason>`. */
const isCloseWithoutReason = (ours, node) =>
  /^88 <[\da-f]{4}>$/.test(ours) && String(node).length > ours.length && String(node).startsWith(ours.slice(0, -1));
