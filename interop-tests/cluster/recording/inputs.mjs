// Events whose arguments show how a value is written. Each step is [name, action]; the action is also its description.

const texts = [
  ["texts", ({ io }) => io.emit("texts", "", "é", "😀", "\u2028", "quote\" back\\ slash/ \b\f\n\r\t \u0000\u001f\u007f", "<b>&'")],
  ["texts of 31 and 32 bytes", ({ io }) => io.emit("texts", "x".repeat(31), "x".repeat(32), "é".repeat(15), "é".repeat(16))],
  ["texts of 255 and 256 bytes", ({ io }) => io.emit("texts", "x".repeat(255), "x".repeat(256))],
];

const longTexts = [["texts of 65,535 and 65,536 bytes", ({ io }) => io.emit("texts", "x".repeat(65535), "y".repeat(65536))]];

const numbers = [
  ["small positive integers", ({ io }) => io.emit("numbers", 0, 1, 127, 128, 255, 256)],
  ["large positive integers", ({ io }) => io.emit("numbers", 65535, 65536, 4294967295, 4294967296, 9007199254740991)],
  ["small negative integers", ({ io }) => io.emit("numbers", -1, -32, -33, -128, -129)],
  ["large negative integers", ({ io }) => io.emit("numbers", -32768, -32769, -2147483648, -2147483649, -9007199254740991)],
  ["integers beyond the safe ones", ({ io }) => io.emit("numbers", 2 ** 53, 2 ** 60, -(2 ** 53), -(2 ** 63))],
  ["floats", ({ io }) => io.emit("numbers", 0.1, 1.5, -2.25, 1e-7, 5e-324, 123456789.125)],
  ["zero with a sign, not a number, infinities", ({ io }) => io.emit("numbers", -0, NaN, Infinity, -Infinity)],
  ["integral floats beyond 64 bits", ({ io }) => io.emit("numbers", 1e21, 1e300)],
];

const structures = [
  ["truth values and null", ({ io }) => io.emit("values", true, false, null)],
  ["nested objects", ({ io }) => io.emit("values", { list: [{ deep: [[], {}] }], empty: {}, nothing: null, "": 1, "é": 2 })],
  ["arrays of 15 and 16", ({ io }) => io.emit("values", Array.from({ length: 15 }, (_, i) => i), Array.from({ length: 16 }, (_, i) => i))],
  [
    "objects of 15 and 16 members",
    ({ io }) => io.emit("values", ...[15, 16].map((n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`m${i}`, i])))),
  ],
  ["undefined as an argument, in an array, as a member", ({ io }) => io.emit("values", undefined, [undefined, 1], { gone: undefined, here: 1 })],
  ["an object with toJSON", ({ io }) => io.emit("values", { secret: 1, toJSON: () => ({ shown: 2 }) })],
  ["a numeric event name", ({ io }) => io.emit(7, "seven")],
  ["no arguments", ({ io }) => io.emit("nothing")],
];

const dates = [
  ["dates of whole seconds", ({ io }) => io.emit("dates", new Date(0), new Date(1700000000000), new Date(4294967295000))],
  ["dates with milliseconds", ({ io }) => io.emit("dates", new Date(1), new Date(1700000000123), new Date(4294967296000), new Date(17179869183999))],
  [
    "dates before 1970 and far ahead",
    ({ io }) => io.emit("dates", new Date(-1), new Date(-1000), new Date(-62135596800000), new Date(17179869184000)),
  ],
];

const bytes = [
  ["bytes", ({ io }) => io.emit("bytes", Buffer.from([1, 2, 3]))],
  ["no bytes", ({ io }) => io.emit("bytes", Buffer.alloc(0))],
  [
    "bytes in several places",
    ({ io }) => io.emit("bytes", "text", { list: [Buffer.from([1]), { deep: Buffer.from([2, 3]) }] }, Buffer.from([255, 0])),
  ],
  ["255 and 256 bytes", ({ io }) => io.emit("bytes", Buffer.alloc(255, 1), Buffer.alloc(256, 2))],
  ["a Uint8Array", ({ io }) => io.emit("bytes", new Uint8Array([7, 8, 9]))],
  ["an ArrayBuffer", ({ io }) => io.emit("bytes", new Uint8Array([7, 8, 9]).buffer)],
];

const manyBytes = [["65,535 and 65,536 bytes", ({ io }) => io.emit("bytes", Buffer.alloc(65535, 1), Buffer.alloc(65536, 2))]];

/** Each step of a list with bytes before its arguments, which makes a cluster message MessagePack instead of JSON. */
const withBytes = (steps) =>
  steps.map(([name, action]) => {
    const beside = ({ io }) => action({ io: { emit: (event, ...args) => io.emit(event, Buffer.from([1]), ...args) } });
    const emission = /io\.emit\(([^,)]+)(, )?/;
    beside.toString = () => action.toString().replace(emission, (_, event, comma = "") => `io.emit(${event}, Buffer.from([1])${comma}`);
    return [`${name}, beside bytes`, beside];
  });

/** For a wire that is MessagePack always. */
export const inputs = [...texts, ...longTexts, ...numbers, ...structures, ...dates, ...bytes, ...manyBytes];

/** For a wire that is JSON unless there are bytes. */
export const inputsInBothForms = (isLongToo) => [
  ...texts,
  ...numbers,
  ...structures,
  ...dates,
  ...bytes,
  ...withBytes([...texts, ...(isLongToo ? longTexts : []), ...numbers, ...structures, ...dates]),
];

const swallow = (promise) => promise.catch(() => {});

/** Broadcasts of every target and flag. */
export const broadcasts = [
  ["to everybody", ({ io }) => io.emit("hello", 1, "x", { a: true })],
  ["to one room", ({ io }) => io.to("r1").emit("hello")],
  ["to one room with a name of 20 characters", ({ io }) => io.to("a-room-of-20-letters").emit("hello")],
  ["to one room with a name beyond ASCII", ({ io }) => io.to("grüße 😀#").emit("hello")],
  ["to two rooms", ({ io }) => io.to(["r1", "r2"]).emit("hello")],
  ["except two rooms", ({ io }) => io.except(["r3", "r4"]).emit("hello")],
  ["to a room except another", ({ io }) => io.to("r1").except("r3").emit("hello")],
  ["volatile", ({ io }) => io.volatile.emit("hello")],
  ["compressed and not", ({ io }) => (io.compress(true).emit("hello"), io.compress(false).emit("hello"))],
  ["volatile, not compressed, with a timeout", ({ io }) => io.volatile.compress(false).timeout(1000).emit("hello")],
  ["local", ({ io }) => io.local.emit("hello")],
  ["from a socket to the others", ({ socket }) => socket.broadcast.emit("hello")],
  ["from a socket to a room", ({ socket }) => socket.to("r1").emit("hello")],
  ["to a socket by its id", ({ io, b }) => io.to(b.socket.id).emit("hello")],
  ["to a socket of the other node, as a remote socket", async ({ io, b }) => (await io.in(b.socket.id).fetchSockets())[0].emit("hello", 1)],
  [
    "ask a socket of the other node, as a remote socket",
    async ({ io, b }) => (await io.in(b.socket.id).fetchSockets())[0].timeout(1000).emitWithAck("ask"),
  ],
  ["another namespace", ({ io }) => io.of("/chat").emit("hello")],
  ["a room of a namespace beyond ASCII", ({ io }) => io.of("/grüße").to("r1").emit("hello", Buffer.from([1]))],
];

/** Requests to the other nodes, and their answers. */
export const requests = [
  ["ask everybody", ({ io }) => io.timeout(1000).emitWithAck("ask")],
  ["ask a room for bytes", ({ io }) => io.to("r1").timeout(1000).emitWithAck("ask for bytes")],
  ["ask with bytes", ({ io }) => swallow(io.timeout(100).emitWithAck("bytes", Buffer.from([1, 2, 3]), { deep: [Buffer.from([4])] }))],
  ["ask with a date", ({ io }) => swallow(io.timeout(100).emitWithAck("dates", new Date(1700000000123)))],
  ["ask for an answer without a value", ({ io }) => io.timeout(1000).emitWithAck("ask for nothing")],
  ["ask an empty room", ({ io }) => io.to("nobody").timeout(1000).emitWithAck("ask")],
  ["ask, except a room, volatile", ({ io }) => swallow(io.except("r3").volatile.timeout(100).emitWithAck("ask"))],
  ["let everybody join", ({ io }) => io.socketsJoin("r5")],
  ["let a room join two", ({ io }) => io.in("r1").except("r3").socketsJoin(["r5", "r6"])],
  ["let everybody leave", ({ io }) => io.socketsLeave("r5")],
  ["let a room leave two", ({ io }) => io.in("r1").except("r3").socketsLeave(["r5", "r6"])],
  [
    "a remote socket joins and leaves",
    async ({ io, b }) => ((remote) => (remote.join("r7"), remote.leave("r7")))((await io.in(b.socket.id).fetchSockets())[0]),
  ],
  ["fetch the sockets", ({ io }) => io.fetchSockets()],
  ["fetch the sockets of a room except another", ({ io }) => io.in("r1").except("r3").fetchSockets()],
  [
    "fetch sockets with data",
    ({ io, b }) => ((b.socket.data = { name: "bob é", nested: { list: [1, null, { deep: true }] }, when: new Date(1700000000123), gone: undefined }),
      io.fetchSockets()),
  ],
  [
    "fetch sockets with bytes in the data",
    ({ io, b }) => ((b.socket.data = { avatar: Buffer.from([1, 2, 3]), when: new Date(1700000000123) }), io.fetchSockets()),
  ],
  ["tell the servers", ({ io }) => io.serverSideEmit("hello servers", 1, "é", { a: [true, null] })],
  ["tell the servers with bytes", ({ io }) => io.serverSideEmit("hello servers", Buffer.from([1, 2, 3]), new Date(1700000000123))],
  ["tell the servers, values that are not there", ({ io }) => io.serverSideEmit("hello servers", undefined, { gone: undefined, here: 1 })],
  ["ask the servers", ({ io }) => io.serverSideEmitWithAck("ping", 1)],
  ["ask the servers for bytes", ({ io }) => io.serverSideEmitWithAck("binary ping")],
  ["ask the servers with bytes", ({ io }) => io.serverSideEmitWithAck("binary ping", Buffer.from([1, 2, 3]))],
  ["ask the servers for an answer without a value", ({ io }) => io.serverSideEmitWithAck("empty ping")],
  ["disconnect an empty room", ({ io }) => io.in("nobody").disconnectSockets()],
  ["disconnect an empty room and its connections", ({ io }) => io.in("nobody").except("r3").disconnectSockets(true)],
  ["disconnect a remote socket", async ({ io, b }) => (await io.in(b.socket.id).fetchSockets())[0].disconnect()],
];
