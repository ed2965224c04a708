// The events of the hosts' scenarios that random scripts use: arguments that their handlers can take, and what may not be asked.
import { json, jsonText } from "./values.mjs";

const isInteger = (value) => Number.isInteger(value) && Math.abs(value) < 1e6 && !Object.is(value, -0);
const isText = (value) => typeof value === "string" && value.isWellFormed();
const isRoom = (value) => /^~[a-c]$/.test(value);
const isCount = (value) => isInteger(value) && value >= 0 && value < 9;
const always = () => true;

// Values that have no binary form of their own and no clock in them.
const fixedNames = [
  "nothing", "null", "many", "numbers", "safe-numbers", "texts", "nested", "array", "binary", "empty-binary", "nested-binary", "twice-the-same",
  "ten-binaries", "placeholder",
];

const room = (chance) => `"~${chance.pick(["a", "b", "c"])}"`;
const boolean = (chance) => chance.pick(["true", "false"]);
const anything = (chance) => json(chance, 2);

/**
 * `make` writes the arguments, `fits` says whether a packet has those that the handlers of both hosts take; `listens` means that
 * the scenario takes a callback for an argument, so that no answer may be asked for.
 */
export const events = {
  echo: { weight: 12, listens: true, make: (chance) => chance.list(0, 4, () => json(chance)), fits: always },
  "echo-ack": { weight: 12, make: (chance) => chance.list(0, 4, () => json(chance)), fits: always },
  message: { weight: 2, listens: true, make: (chance) => chance.list(0, 2, () => json(chance)), fits: always },
  "send-me": { weight: 2, listens: true, make: (chance) => chance.list(0, 2, () => json(chance)), fits: always },
  never: { weight: 1, make: (chance) => chance.list(0, 2, () => json(chance)), fits: always },
  sum: {
    weight: 3,
    make: (chance) => [chance.between(-99, 99), chance.between(-99, 99)],
    fits: ([left, right]) => isInteger(left) && isInteger(right),
  },
  7: { weight: 1, make: () => ['"x"'], fits: ([value]) => isText(value) },
  twice: { weight: 1, make: () => [], fits: always },
  give: { weight: 2, make: (chance) => [`"${chance.pick(fixedNames)}"`], fits: ([name]) => fixedNames.includes(name) },
  "give-ack": { weight: 2, make: (chance) => [`"${chance.pick(fixedNames)}"`], fits: ([name]) => fixedNames.includes(name) },
  digest: { weight: 1, binary: true, make: () => [], fits: ([bytes]) => Buffer.isBuffer(bytes) },
  burst: { weight: 1, make: (chance) => [chance.below(4), chance.below(5)], fits: ([count, size]) => isCount(count) && isCount(size) },
  "mixed-burst": { weight: 1, make: (chance) => [chance.below(5)], fits: ([count]) => isCount(count) },
  join: { weight: 2, make: (chance) => [`[${room(chance)}]`], fits: ([rooms]) => Array.isArray(rooms) && rooms.every(isRoom) },
  leave: { weight: 1, make: (chance) => [room(chance)], fits: ([name]) => isRoom(name) },
  broadcast: {
    weight: 2,
    private: true,
    make: (chance) => [chance.hits(50) ? `{"to":[${room(chance)}]}` : `{"except":[${room(chance)}]}`, '"news"', anything(chance)],
    fits: ([target, name, ...values]) => isTarget(target) && name === "news" && values.length > 0,
  },
  "set-data": {
    weight: 1,
    make: (chance) => [`"${chance.pick(["a", "b"])}"`, anything(chance)],
    fits: ([name, ...values]) => /^[ab]$/.test(name) && values.length > 0,
  },
  facts: { weight: 1, make: () => [], fits: always },
  "ask-me": {
    weight: 3,
    listens: true,
    make: (chance) => ['"question"', 0, ...chance.list(0, 2, () => anything(chance))],
    fits: ([name, time]) => name === "question" && time === 0,
  },
  "volatile-me": {
    weight: 1,
    make: (chance) => ['"volatile"', anything(chance)],
    fits: ([name, ...values]) => name === "volatile" && values.length > 0,
  },
  "compress-me": {
    weight: 1,
    make: (chance) => [boolean(chance), '"compressed"', anything(chance)],
    fits: ([on, name, ...values]) => typeof on === "boolean" && name === "compressed" && values.length > 0,
  },
  forbidden: { weight: 1, make: () => ['"reason"'], fits: ([reason]) => isText(reason) },
  error: { weight: 1, listens: true, make: (chance) => [anything(chance)], fits: (values) => values.length > 0 },
  "only-once": { weight: 1, make: () => [], fits: always },
  "add-temporary": { weight: 1, make: () => [], fits: always },
  "remove-temporary": { weight: 1, make: () => [], fits: always },
  temporary: { weight: 1, make: () => [], fits: always },
  "leave-me": { weight: 1, leaves: true, make: (chance) => [boolean(chance)], fits: ([close]) => typeof close === "boolean" },
  "say-and-leave-me": { weight: 1, leaves: true, make: (chance) => [boolean(chance)], fits: ([close]) => typeof close === "boolean" },
  "close-engine": { weight: 1, leaves: true, make: () => [], fits: always },
};

const isTarget = (target) =>
  target !== null &&
  typeof target === "object" &&
  Object.entries(target).every(([name, list]) => ["to", "except"].includes(name) && Array.isArray(list) && list.every(isRoom));

/** Events of the scenarios whose answers hold clocks, ids or what other clients do; and a name that is a number, which no API of .NET takes. */
export const otherEvents = new Set([
  "numbered-up", "report-numbers", "next-second", "later", "hold", "release", "flaky", "ask-me-with-promise", "ask-many", "ask-one",
  "fetch-sockets", "sockets-join", "sockets-leave", "disconnect-sockets", "remote", "handshake", "slowly", "record", "stop-recording",
  "give-numeric",
]);

const weights = Object.fromEntries(Object.entries(events).map(([name, { weight }]) => [name, weight]));
const unknownNames = ["unknown", "toString", "__proto__", "connection", "Connect", "ping", ""];

/** An event: { name as JSON, args as JSON, asks }. */
export function randomEvent(chance, { isPrivate }) {
  if (chance.hits(8)) {
    const name = chance.weighted({ known: 3, text: 2, number: 2 });
    const written = {
      known: () => `"${chance.pick(unknownNames)}"`,
      text: () => jsonText(chance),
      number: () => chance.pick(["7", "-1", "1.5", "1e3"]),
    }[name]();
    const args = written === "7" ? ['"x"'] : chance.list(0, 2, () => json(chance));
    return { name: written, args, asks: chance.hits(40) };
  }
  let name = chance.weighted(weights);
  if (events[name].private && !isPrivate) {
    name = "echo-ack";
  }
  const event = events[name];
  return { name: `"${name}"`, args: event.make(chance), isBinary: event.binary, asks: !event.listens && chance.hits(80) };
}
