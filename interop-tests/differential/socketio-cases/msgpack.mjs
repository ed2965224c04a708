// The MessagePack parser: maps of all shapes, and bytes that are none.
import { createRequire } from "node:module";
import { transports } from "./scripts.mjs";

// The version that the stock parser brings along.
const require = createRequire(import.meta.url);
const { encode, decode } = createRequire(require.resolve("socket.io-msgpack-parser"))("notepack.io");

const path = "/io-msgpack/";
const hex = (text) => Buffer.from(text.replaceAll(" ", ""), "hex");
const connect = encode({ type: 0, nsp: "/" });
const closing = encode({ type: 2, data: ["sum", 1, 1], id: 999, nsp: "/" });

/** Bytes are bytes, whether a Buffer or an ArrayBuffer; what JSON cannot say is said in words. */
function shownValue(_, value) {
  if (value?.type === "Buffer" || value instanceof ArrayBuffer) {
    return { bytes: Buffer.from(value.data ?? value).toString("hex") };
  }
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** The packet as text, with the names in order and without what is undefined. */
function readable(packet) {
  if (typeof packet === "string") {
    return packet;
  }
  const { type, nsp, id, data } = decode(packet);
  const text = JSON.stringify({ type, nsp, id, data }, shownValue);
  return text.length > 300 ? `${text.slice(0, 60)}... ${text.length} characters` : text;
}

async function read(probe, line, label, isLast) {
  const received = [];
  for (;;) {
    const packet = await line.next(label);
    if (typeof packet === "symbol") {
      probe.note(label, received);
      return false;
    }
    const text = readable(packet);
    for (const [, id] of text.matchAll(/"sid":"([^"]+)"/g)) {
      probe.mask(id);
    }
    received.push(text);
    if (isLast(typeof packet === "string" ? {} : decode(packet))) {
      probe.note(label, received);
      return true;
    }
  }
}

const packed = (packets) => packets.map((packet) => (Buffer.isBuffer(packet) || typeof packet === "string" ? packet : encode(packet)));

const joined = (name, packets) =>
  transports.map((transport) => ({
    name: `MessagePack: ${name} (${transport})`,
    run: async (probe) => {
      const line = await probe.line(transport, { path });
      await line.send([connect]);
      await read(probe, line, "joined", ({ type }) => type === 0);
      await line.send([...packed(packets), closing]);
      const isAlive = await read(probe, line, "received", ({ type, id }) => type === 3 && id === 999);
      probe.note("connection", isAlive ? "alive" : "ended");
    },
  }));

const fresh = (name, packets) =>
  transports.map((transport) => ({
    name: `MessagePack: ${name} (${transport})`,
    run: async (probe) => {
      const line = await probe.line(transport, { path });
      await line.send([...packed(packets), encode({ type: 0, nsp: "/admin" })]);
      const isAlive = await read(probe, line, "received", ({ type, nsp }) => type === 0 && nsp === "/admin");
      probe.note("connection", isAlive ? "alive" : "ended");
    },
  }));

const event = (data, more = {}) => ({ type: 2, data, nsp: "/", ...more });
const raw = (name, text) => joined(name, [hex(text)]);

// {type:2,nsp:"/",id:7,data:["echo-ack", VALUE]}
const withValue = (value) => `84a474797065 02 a36e7370 a12f a26964 07 a464617461 92 a86563686f2d61636b ${value}`;

const values = {
  nil: "c0", "fixext undefined": "d40000", "never used byte": "c1", true: "c3", "positive fixint": "7f", "uint8 that is small": "cc05",
  uint64: "cf0020000000000000", "uint64 at its end": "cfffffffffffffffff",
  "int64 at its end": "d38000000000000000", "int8 that is positive": "d005", float32: "ca3fc00000", float64: "cb3ff8000000000000",
  NaN: "cb7ff8000000000000", infinity: "cb7ff0000000000000", "minus zero": "cb8000000000000000",
  "str8 that is short": "d90161", "str32 that is short": "db0000000161", "invalid UTF-8": "a2fffe", "surrogate in UTF-8": "a3eda080",
  bin8: "c403010203", bin16: "c50002ffff", "empty bin": "c400",
  "date of the client": "d7000000018bcfe5687b", "date of the standard": "d6ff6553f100", "date of the standard, 8 bytes": "d7ff1d5353006553f100",
  "ArrayBuffer": "c70300010203", "unknown extension": "d40501", "unknown extension of 3 bytes": "c70305010203",
  "array16 that is short": "dc000101", "map16 that is short": "de0001a16101", "map with a number as name": "810102", "map with nil as name": "81c002",
  "map with the same name twice": "82a16101a16102", "map with __proto__": "81a95f5f70726f746f5f5f01", "empty map": "80", "empty array": "90",
};

const broken = {
  "no bytes": "", "a byte that means nothing": "c1", "a number": "05", nil: "c0", "an array": "90", "a text": "a161", "an empty map": "80",
  "a map that is cut off": "83a474797065", "a text that is cut off": withValue("a5616263"),
  "an array that claims four billion values": withValue("ddffffffff"), "a map that claims four billion members": withValue("dfffffffff"),
  "a text that claims four billion bytes": withValue("dbffffffff61"), "bytes that claim four billion": withValue("c6ffffffff01"),
  "an extension that is cut off": withValue("c9ffffffff05"), "a byte too many": `${withValue("01")} 00`,
  "a packet twice": `${withValue("01")} ${withValue("02")}`,
};

const packets = {
  "an event": [event(["echo", 1])],
  "an event with an id": [event(["echo-ack", 1], { id: 7 })],
  "an empty event": [event([])],
  "an event without data": [{ type: 2, nsp: "/" }],
  "an event whose data is a map": [event({ 0: "echo" })],
  "an event whose data is nil": [event(null)],
  "an event whose name is a number": [event([7, "x"], { id: 1 })],
  "an event whose name is nil": [event([null])],
  "an event whose name is a map": [event([{}])],
  "an event whose name is binary": [event([Buffer.from("echo")])],
  "an event with the options of the stock client": [event(["echo", 1], { options: { compress: true } })],
  "an event with other members": [event(["echo", 1], { more: [1, 2], attachments: 5 })],
  "an id of zero": [event(["echo-ack"], { id: 0 })],
  "a negative id": [event(["echo-ack"], { id: -1 })],
  "an id with a fraction": [event(["echo-ack"], { id: 1.5 })],
  "an id that is a text": [event(["echo-ack"], { id: "1" })],
  "an id that is nil": [event(["echo-ack"], { id: null })],
  "an id that is undefined": [event(["echo-ack"], { id: undefined })],
  "a large id": [event(["echo-ack"], { id: 9007199254740991 })],
  "type 5": [{ ...event(["echo"]), type: 5 }],
  "type -1": [{ ...event(["echo"]), type: -1 }],
  "type 2 as a text": [{ ...event(["echo"]), type: "2" }],
  "type 2.5": [{ ...event(["echo"]), type: 2.5 }],
  "type nil": [{ ...event(["echo"]), type: null }],
  "no type": [{ nsp: "/", data: ["echo"] }],
  "no namespace": [{ type: 2, data: ["echo"] }],
  "a number as namespace": [{ type: 2, data: ["echo"], nsp: 1 }],
  "an empty namespace": [{ type: 2, data: ["echo"], nsp: "" }],
  "a namespace that is not joined": [{ type: 2, data: ["echo"], nsp: "/chat" }],
  "an answer to nobody": [{ type: 3, id: 5, data: [], nsp: "/" }],
  "an answer without an id": [{ type: 3, data: [], nsp: "/" }],
  "an answer that is a map": [{ type: 3, id: 5, data: {}, nsp: "/" }],
  "a connect error": [{ type: 4, data: "x", nsp: "/" }],
  "a second connect": [{ type: 0, nsp: "/" }],
  "a text": ['42["echo"]'],
  "a text that is empty but for its type": ["4"],
};

const connects = {
  "a namespace": [{ type: 0, nsp: "/chat" }],
  "credentials": [{ type: 0, nsp: "/guarded", data: { token: "secret" } }],
  "wrong credentials": [{ type: 0, nsp: "/guarded", data: { token: "wrong" } }],
  "credentials that are undefined": [{ type: 0, nsp: "/chat", data: undefined }],
  "credentials that are nil": [{ type: 0, nsp: "/chat", data: null }],
  "credentials that are an array": [{ type: 0, nsp: "/chat", data: [] }],
  "credentials that are a text": [{ type: 0, nsp: "/chat", data: "x" }],
  "an unknown namespace": [{ type: 0, nsp: "/nope" }],
  "a namespace with a comma": [{ type: 0, nsp: "/a,b" }],
  "a namespace without a slash": [{ type: 0, nsp: "chat" }],
  "a goodbye to nobody": [{ type: 1, nsp: "/chat" }],
  "a goodbye with data": [{ type: 1, nsp: "/", data: {} }],
  "what middlewares send early": [{ type: 0, nsp: "/early" }],
};

export const msgpackCases = [
  ...Object.entries(packets).flatMap(([name, all]) => joined(name, all)),
  ...Object.entries(values).flatMap(([name, value]) => raw(`the value ${name}`, withValue(value))),
  ...Object.entries(broken).flatMap(([name, text]) => raw(name, text)),
  ...[50, 100, 1000, 10_000].flatMap((depth) => raw(`arrays ${depth} levels deep`, withValue(`${"91".repeat(depth)}c0`))),
  ...Object.entries(connects).flatMap(([name, all]) => fresh(`connecting: ${name}`, all)),
];
