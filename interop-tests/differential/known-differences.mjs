// Where we mean to differ from Node. Each row: the case, the place in its transcript (index, label, then a path),
// what Node says, what we say, and why. A row whose Node value no longer occurs fails the suite. A row without a place
// sets the whole case aside: it is played, but compared with the transcript in `ours` if there is one, and with nothing
// otherwise.

import { shown } from "./socketio-cases/scripts.mjs";

const methodNotAllowed = (method) => ({
  case: `${method} on a live session`,
  at: [0, `${method}`, "status"],
  node: 500,
  ours: 405,
  why: "a method that is not supported is the client's error",
});

/** The echoes of one post: Node answers the pending poll with the first alone, the rest waits for the next poll. */
function batched(name, index, node, ours, ourType) {
  const why = "what one batch of received packets brings about leaves in one answer";
  const at = [index, "pending poll"];
  const body = { case: name, at: [...at, "body"], node, ours, why };
  const type = { case: name, at: [...at, "headers", "content-type"], node: "text/plain; charset=UTF-8", ours: ourType, why };
  return ourType ? [body, type] : [body];
}

const octets = "application/octet-stream";
const batchedAnswers = [
  ...batched("payload with several packets, a poll is pending", 1, "4one", "4one\x1e4two\x1e4three"),
  ...batched("payload with text and binary, a poll is pending", 1, "4hello", "4hello\x1ebAQIDBA=="),
  ...batched("payload with Unicode, a poll is pending", 1, "4h€llo😀", "4h€llo😀\x1e4\u{10ffff}"),
  ...["", "&b64=1"].flatMap((query) => batched(`text payload "4:4one4:4two" ${query}`, 2, "4:4one", "4:4one4:4two")),
  ...batched('text payload "6:4hello10:b4AQIDBA==" &b64=1', 2, "6:4hello", "6:4hello10:b4AQIDBA=="),
  ...batched('text payload "6:4hello10:b4AQIDBA==" ', 2, "6:4hello", "0006ff3468656c6c6f0105ff0401020304", octets),
  ...batched("binary payload of string and binary &b64=1", 2, "6:4hello", "6:4hello6:b4AQID"),
  ...batched("binary payload of string and binary ", 2, "6:4hello", "0006ff3468656c6c6f0104ff04010203", octets),
];

export const knownDifferences = [
  ...batchedAnswers,
  methodNotAllowed("PUT"),
  methodNotAllowed("DELETE"),
  methodNotAllowed("PATCH"),
  methodNotAllowed("HEAD"),
  methodNotAllowed("OPTIONS"),
  {
    case: "an upgrade request outside of every engine path",
    at: [0, "upgrade"],
    node: { aborted: true },
    ours: { aborted: false },
    why: "what is not ours falls through to the application, which answers 404; Node drops the connection after a second",
  },
  {
    case: "protocol 3 by WebSocket where it is not allowed",
    at: [0, "status line"],
    node: "HTTP/1.1 101 Switching Protocols",
    ours: "HTTP/1.1 400 Bad Request",
    why: "a refusal is an answer; Node writes it behind the 101, where it is no frame",
  },
  {
    case: "refused upgrade /middleware/?EIO=4&transport=websocket&refuse=1",
    at: [2, "upgrade /middleware/?EIO=4&transport=websocket&refuse=1", "headers", "x-mw"],
    node: undefined,
    ours: "1",
    why: "headers of a middleware stay on every refusal; Node drops them when it refuses an upgrade",
  },
  ...["6 :4hello", "1e1:4123456789"].flatMap((payload) =>
    ["", "&b64=1"].map((query) => ({
      case: `text payload ${JSON.stringify(payload)} ${query}`,
      why: "a length is decimal digits; Node reads whatever JavaScript takes for a number",
    })),
  ),
];

/**
 * A body that Node sends in chunks may come with a length from us (empty and JSON error bodies, compressed bodies);
 * never the other way round.
 */
export const mayHaveLengthInstead = (nodeFraming, ourFraming) => nodeFraming !== "length" && ourFraming === "length";

const onBoth = (name, why, ours) =>
  ["websocket", "polling"].map((transport) => ({ case: `${name} (${transport})`, why, ...(ours && { ours: ours(transport) }) }));

const joinedMain = { "joined /": ['40{"sid":"<sid>"}'] };
const joinedAdmin = '40/admin,{"sid":"<sid>"}';
const alive = (...received) => [{ received }, { connection: "alive" }];

/** The server has closed the connection, and why. */
const ended = (message, received = []) => () => [
  joinedMain,
  { received },
  { connection: "ended" },
  { "on the server": [...(message ? [{ what: "error", message }] : []), { what: "disconnect", reason: "forced close" }] },
];

const hole = '{"_placeholder":true,"num":0}';
const attachments = (packets) => `attachments ${packets.map((packet) => (packet.startsWith("<") ? packet : shown(packet))).join(" ")}`;
const decimal = "a number is decimal digits; Node reads whatever JavaScript takes for a number";
const largeId = "an id has at most 64 bits; Node rounds it to a double";
const prototypeMember = "a member named __proto__ is data; Node makes it the prototype when it puts binary values in their places";
const deep = "the depth of a payload is bounded (MaxPayloadDepth)";
const atOnce = "joining that needs no waiting is done when the next packet is read; in Node it always takes a turn of the event loop";
const inOrder = "what came before the bad packet is handled; in Node its turn has not come yet";

/** The server has closed the connection of a client that had left. */
const endedAfterLeaving = () => [
  joinedMain,
  { received: [] },
  { connection: "ended" },
  { "on the server": [{ what: "disconnect", reason: "client namespace disconnect" }] },
];

const lateAnswer = "an answer may come after its namespace was left; Node closes the connection, unless both come in one piece";
const synchronousNode = "Node has not handled the goodbye yet when it reads the next packet, if both come in one piece";

const packed = { joined: ['{"type":0,"nsp":"/","data":{"sid":"<sid>"}}'] };
const packedEnd = [packed, { received: [] }, { connection: "ended" }];
const packedValue = (value) => [
  packed,
  { received: [`{"type":3,"nsp":"/","id":7,"data":[${value}]}`, '{"type":3,"nsp":"/","id":999,"data":[2]}'] },
  { connection: "alive" },
];

/** The same for the packets of Socket.IO. */
export const knownSocketIODifferences = [
  ...["\n", "\t"].flatMap((space) =>
    onBoth(`event ${JSON.stringify(`42${space}["echo"]`)}`, decimal, () => [joinedMain, ...alive('42["echo"]', "43999[2]")]),
  ),
  ...onBoth(`event ${JSON.stringify('42\ufeff["echo"]')}`, decimal, ended("invalid payload")),
  ...onBoth('packet "4 "', decimal, ended("unknown packet type")),
  ...onBoth('event with the id "9007199254740993"', largeId, () => [joinedMain, ...alive("439007199254740993[1]", "43999[2]")]),
  ...["18446744073709551615", "18446744073709551616", "123456789012345678901234567890"].flatMap((id) => [
    ...onBoth(`event with the id "${id}"`, largeId, ended("invalid packet id")),
    ...onBoth(`answer with the id "${id}"`, largeId, ended("invalid packet id")),
  ]),
  ...["+1", " 1"].flatMap((count) => onBoth(attachments([`45${count}-["echo",${hole}]`, "<010203>"]), decimal, ended("Illegal attachments"))),
  ...onBoth(attachments([`451000000000000000000000-["echo",${hole}]`, "<010203>"]), "too many digits to be a count", ended("Illegal attachments")),
  ...onBoth(
    attachments([`451-["echo",{"_placeholder":true,"num":0.5}]`, "<010203>"]),
    "a placeholder's number is a whole one",
    ended("illegal attachments"),
  ),
  ...onBoth(
    attachments(['451-["echo",{"\\u005fplaceholder":true,"num":0}]', "<010203>"]),
    "the name of a placeholder is compared as it was written: data that only looks like one can be kept apart by an escape",
    () => [joinedMain, ...alive('42["echo",{"_placeholder":true,"num":0}]', "43999[2]")],
  ),
  ...onBoth(attachments([`451-["echo",${hole},{"__proto__":{"x":1},"y":2}]`, "<010203>"]), prototypeMember, () => [
    joinedMain,
    ...alive(`451-["echo",${hole},{"__proto__":{"x":1},"y":2}]`, { hex: "010203" }, "43999[2]"),
  ]),
  ...onBoth(
    attachments([`451-["echo",${hole}]`, "<010203>", "<010203>"]),
    inOrder,
    ended("got binary data when not reconstructing a packet", [`451-["echo",${hole}]`, { hex: "010203" }]),
  ),
  ...onBoth(
    attachments([`42["echo",${hole}]`, "<010203>"]),
    inOrder,
    ended("got binary data when not reconstructing a packet", [`42["echo",${hole}]`]),
  ),
  ...[100, 1000, 10_000].flatMap((depth) =>
    ["arrays", "objects"].flatMap((kind) => onBoth(`${kind} ${depth} levels deep`, deep, ended("invalid payload"))),
  ),

  ...onBoth('packet for a namespace "43/chat,0[]"', lateAnswer, () => [joinedMain, ...alive("43999[2]")]),
  ...["430[]", "43"].flatMap((packet) => onBoth(`before any namespace "${packet}"`, lateAnswer, () => alive(joinedAdmin))),
  ...onBoth('in one go "40/slow," "430[]"', lateAnswer, () => alive(joinedAdmin)),
  ...onBoth('in one go "40/chat," "40/chat,"', "a namespace is joined once; in Node a second request finds the first one unfinished", (transport) => [
    { received: ['40/chat,{"sid":"<sid>"}'] },
    { connection: "ended" },
    { "on the server": [{ what: "disconnect", reason: transport === "polling" ? "forced server close" : "forced close" }] },
  ]),
  ...onBoth(`in one go "40/chat," ${JSON.stringify('42/chat,["echo"]')}`, atOnce, () =>
    alive('40/chat,{"sid":"<sid>"}', '42/chat,["echo"]', joinedAdmin),
  ),
  ...onBoth('in one go "40/chat," "41/chat,"', atOnce, () => alive('40/chat,{"sid":"<sid>"}', joinedAdmin)),
  ...onBoth('in one go "40/chat," "40/nope,"', atOnce, () =>
    alive('40/chat,{"sid":"<sid>"}', '44/nope,{"message":"Invalid namespace"}', joinedAdmin),
  ),
  ...onBoth(`in one go "40/guarded," ${JSON.stringify('42/guarded,["echo"]')}`, atOnce, () => [
    { received: ['44/guarded,{"message":"not authorized","data":{"code":401,"hints":["log in","é😀"]}}'] },
    { connection: "ended" },
  ]),
  ...["leave and come back at once", "events before the goodbye"].flatMap((name) =>
    onBoth(name, synchronousNode, () => [joinedMain, ...alive('40{"sid":"<sid>"}', joinedAdmin)]),
  ),
  ...["leave twice", "an event after the goodbye"].flatMap((name) => onBoth(name, synchronousNode, endedAfterLeaving)),
  {
    case: 'version 2: "40//chat"',
    why: "a name is a name; Node reads it as the address of another host",
    ours: [{ greeted: ["40"] }, ...alive('44//chat,{"message":"Invalid namespace"}', "40/admin,")],
  },
  {
    case: `version 2: "40/chat?x=1" ${JSON.stringify('42/chat?zz=1,["echo",2]')}`,
    why: atOnce,
    ours: [{ greeted: ["40"] }, ...alive("40/chat,", '42/chat,["echo",2]', "43999[2]")],
  },
  {
    case: "version 2: joins twice",
    why: "a namespace is joined once",
    ours: [{ greeted: ["40"] }, { received: ["40/chat,"] }, { connection: "ended" }],
  },
  { case: "version 2: leaves and comes back at once", why: synchronousNode, ours: [{ greeted: ["40"] }, ...alive("40", "40/admin,")] },
  { case: "version 2: an event after the goodbye", why: synchronousNode, ours: [{ greeted: ["40"] }, { received: [] }, { connection: "ended" }] },
  {
    case: "resume with no offset",
    why: "a client without an offset resumes from its connection on; Node takes it for a new one",
    ours: [
      {
        resumed: {
          events: [
            '42/private-resume-with-no-offset,["echo","first","<offset>"]',
            '42/private-resume-with-no-offset,["news",1,"<offset>"]',
            '42/private-resume-with-no-offset,["news","two","<offset>"]',
            '451-/private-resume-with-no-offset,["news",{"_placeholder":true,"num":0},"<offset>"]',
            "0102",
          ],
          isResumed: true,
        },
      },
    ],
  },
  ...["nil", "a map", "binary"].flatMap((kind) =>
    onBoth(`MessagePack: an event whose name is ${kind}`, "a name is a text or a number", () => packedEnd),
  ),
  ...["NaN", "infinity"].flatMap((value) =>
    onBoth(`MessagePack: the value ${value}`, "what is passed on is JSON, which has no such numbers", () => packedValue("null")),
  ),
  ...onBoth("MessagePack: the value uint64 at its end", "Node's encoder spoils numbers of 2^64", () => packedValue("18446744073709552000")),
  ...onBoth("MessagePack: the value date of the standard", "the parser of Node does not know the standard's dates", () =>
    packedValue('"2023-11-14T22:13:20.000Z"'),
  ),
  ...onBoth("MessagePack: the value date of the standard, 8 bytes", "the parser of Node does not know the standard's dates", () =>
    packedValue('"2023-11-14T22:13:20.123Z"'),
  ),
  ...onBoth("MessagePack: the value map with nil as name", "a name is a text or a number", () => packedEnd),
  ...[100, 1000].flatMap((depth) => onBoth(`MessagePack: arrays ${depth} levels deep`, deep, () => packedEnd)),
];
