// Binary values in both directions, at any depth, in events and in acknowledgements.
import assert from "node:assert/strict";

const bytes = (...values) => Buffer.from(values);

const sent = {
  "one value": [bytes(1, 2, 3)],
  "an empty value": [bytes()],
  "every byte": [Buffer.from(Array.from({ length: 256 }, (_, index) => index))],
  "several values": [bytes(1), "text", bytes(2, 3), 4, bytes(255)],
  "values deep inside": [{ list: [bytes(1), { deep: { deeper: [[bytes(2)]] } }], text: "é" }],
  "ten values": [Array.from({ length: 10 }, (_, index) => bytes(index))],
};

const given = {
  binary: [bytes(1, 2, 3)],
  "empty-binary": [bytes()],
  "nested-binary": ["text", { list: [bytes(1), { deep: bytes(2, 3) }], same: 1 }, bytes(255, 0)],
  "twice-the-same": [bytes(9, 8), { again: bytes(9, 8) }],
  "ten-binaries": [Array.from({ length: 10 }, (_, index) => bytes(index))],
  "big-binary": [Buffer.alloc(200_000, 0x61)],
};

const echoes = Object.fromEntries(
  Object.entries(sent).map(([name, args]) => [
    `${name}, there and back`,
    async (bench) => {
      const peer = await bench.connect({ listens: ["echo"] });
      peer.emit("echo", ...args);
      assert.deepEqual(await peer.next("echo"), args);
      assert.deepEqual(await peer.ask("echo-ack", ...args), args);
    },
  ]),
);

export const binary = {
  ...echoes,
  "the server's own values": async (bench) => {
    const peer = await bench.connect({ listens: ["given"] });
    for (const [name, expected] of Object.entries(given)) {
      peer.emit("give", name);
      assert.deepEqual(await peer.next("given"), expected, name);
      assert.deepEqual(await peer.ask("give-ack", name), expected, name);
    }
  },
  "as large as the server takes it": async (bench) => {
    // The server's limit is a million bytes; by polling they go as base64, and clients of protocol 3 add one that says what it is.
    const size = bench.mode.finalTransport === "websocket" ? 999_999 : 740_000;
    const large = Buffer.from(Array.from({ length: size }, (_, index) => (index * 31) & 255));
    const peer = await bench.connect({ listens: ["echo"] });
    peer.emit("echo", large);
    assert.ok((await peer.next("echo"))[0].equals(large));
  },
  "is read by the server as bytes": async (bench) => {
    const peer = await bench.connect();
    assert.deepEqual(await peer.ask("digest", bytes(1, 2, 250)), [3, 253]);
  },
  "is answered by the client in binary": async (bench) => {
    const peer = await bench.connect({ listens: ["answered"] });
    peer.mirror("mirror");
    peer.emit("ask-me", "mirror", 15_000, bytes(1, 2), { more: [bytes(3)] });
    assert.deepEqual(await peer.next("answered"), [null, bytes(1, 2), { more: [bytes(3)] }]);
  },
  "reaches others through a broadcast": async (bench) => {
    const [first, second] = await bench.connectMany(2, { listens: ["shared"] });
    const room = `${second.id}-room`;
    await second.ask("join", [room]);
    await first.ask("broadcast", { to: [room] }, "shared", { list: [bytes(1), bytes(2, 3)] });
    assert.deepEqual(await second.next("shared"), [{ list: [bytes(1), bytes(2, 3)] }]);
  },
  "sent again before it has gone out arrives whole": async (bench) => {
    const peer = await bench.connect({ listens: ["echo"] });
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    numbers.forEach((number) => peer.emit("echo", number, Buffer.alloc(number * 20 + 1, number)));
    const received = await peer.take("echo", numbers.length);
    received.forEach(([number, value]) => assert.deepEqual(value, Buffer.alloc(number * 20 + 1, number)));
    assert.deepEqual(received.map(([number]) => number), numbers);
  },
  "sent by several at once arrives whole": async (bench) => {
    const peer = await bench.connect({ listens: ["echo"] });
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await Promise.all(numbers.map((number) => peer.emit("echo", number, Buffer.alloc(number + 1, number), Buffer.alloc(2, number))));
    const received = await peer.take("echo", numbers.length);
    received.forEach(([number, first, second]) => assert.deepEqual([first, second], [Buffer.alloc(number + 1, number), Buffer.alloc(2, number)]));
  },
  "as a bytearray, there and back": async (bench) => {
    const peer = await bench.connect({ listens: ["echo"] });
    peer.emit("echo", { $bytearray: bytes(1, 2, 3).toString("base64") });
    assert.deepEqual(await peer.next("echo"), [bytes(1, 2, 3)]);
  },
};
