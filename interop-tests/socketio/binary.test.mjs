// Binary values in both directions, at any depth, in events and in acknowledgements.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { SocketPeer, together, variantsOf } from "../support/socketio-peers.mjs";

const bytes = (...values) => Buffer.from(values);
const same = bytes(9, 8);

const sent = {
  "a Buffer": [[bytes(1, 2, 3)], [bytes(1, 2, 3)]],
  "an ArrayBuffer": [[new Uint8Array([1, 2, 3]).buffer], [bytes(1, 2, 3)]],
  "a Uint8Array": [[new Uint8Array([4, 5])], [bytes(4, 5)]],
  "a view on a part of a buffer": [[new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 3)], [bytes(1, 2)]],
  "other typed arrays": [[new Uint16Array([1, 258])], [bytes(1, 0, 2, 1)]],
  "an empty value": [[bytes()], [bytes()]],
  "several values": [[bytes(1), "text", bytes(2, 3), 4, bytes(255)], [bytes(1), "text", bytes(2, 3), 4, bytes(255)]],
  "the same value twice": [[same, { again: same }], [bytes(9, 8), { again: bytes(9, 8) }]],
  "values deep inside": [
    [{ list: [bytes(1), { deep: { deeper: [[bytes(2)]] } }], text: "é" }],
    [{ list: [bytes(1), { deep: { deeper: [[bytes(2)]] } }], text: "é" }],
  ],
  "ten values": [[Array.from({ length: 10 }, (_, index) => bytes(index))], [Array.from({ length: 10 }, (_, index) => bytes(index))]],
  "every byte": [[Buffer.from(Array.from({ length: 256 }, (_, index) => index))], [Buffer.from(Array.from({ length: 256 }, (_, index) => index))]],
  "a value beside what looks like a placeholder key": [[bytes(1), { _placeholder: false, num: 0 }], [bytes(1), { _placeholder: false, num: 0 }]],
};

const given = {
  binary: [bytes(1, 2, 3)],
  "empty-binary": [bytes()],
  "nested-binary": ["text", { list: [bytes(1), { deep: bytes(2, 3) }], same: 1 }, bytes(255, 0)],
  "twice-the-same": [bytes(9, 8), { again: bytes(9, 8) }],
  "ten-binaries": [Array.from({ length: 10 }, (_, index) => bytes(index))],
  "big-binary": [Buffer.alloc(200_000, 0x61)],
};

/** A client of version 2 takes the views of a buffer for plain objects. */
const isUnknownToOldClients = (args) => args.some((value) => ArrayBuffer.isView(value) && !Buffer.isBuffer(value));

for (const variant of variantsOf("binary")) {
  const { speaks } = variant.generation;

  describe(`binary: ${variant.name}`, together, () => {
    for (const [name, [args, expected]] of Object.entries(sent)) {
      it(`${name}, there and back`, { skip: unless(speaks === 5 || !isUnknownToOldClients(args), "client 2 takes typed arrays for plain objects") }, async (test) => {
        const peer = await SocketPeer.connect(test, variant);
        peer.emit("echo", ...args);
        assert.deepEqual(await peer.next("echo"), expected);
        assert.deepEqual(await peer.ask("echo-ack", ...args), expected);
      });
    }

    for (const [name, expected] of Object.entries(given)) {
      it(`the server's own ${name}`, async (test) => {
        const peer = await SocketPeer.connect(test, variant);
        peer.emit("give", name);
        assert.deepEqual(await peer.next("given"), expected);
        assert.deepEqual(await peer.ask("give-ack", name), expected);
      });
    }

    it("200 kB there and back", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const big = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) & 255));
      peer.emit("echo", big, { again: big });
      assert.deepEqual(await peer.next("echo"), [big, { again: big }]);
    });

    it("is read by the server as bytes", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await peer.ask("digest", bytes(1, 2, 250)), [3, 253]);
      assert.deepEqual(await peer.ask("digest", bytes()), [0, 0]);
    });

    it("is answered by the client in binary", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.socket.on("mirror", (value, acknowledge) => acknowledge({ mirrored: value }, bytes(7)));
      peer.emit("ask-me", "mirror", 5000, bytes(1, 2));
      assert.deepEqual(await peer.next("answered"), [null, { mirrored: bytes(1, 2) }, bytes(7)]);
    });

    it("keeps its place among texts", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      for (let index = 0; index < 60; index++) {
        peer.emit("echo", index, index % 2 === 0 ? Buffer.alloc(index * 20, index) : "text");
      }
      const received = await peer.take("echo", 60);
      received.forEach(([index, value], position) => {
        assert.equal(index, position);
        assert.deepEqual(value, index % 2 === 0 ? Buffer.alloc(index * 20, index) : "text");
      });
    });

    it("reaches others through a broadcast", async (test) => {
      const [first, second] = await SocketPeer.connectMany(test, variant, 2);
      await second.ask("join", [second.id + "-room"]);
      second.listen("shared");
      await first.ask("broadcast", { to: [second.id + "-room"] }, "shared", { list: [bytes(1), bytes(2, 3)] });
      assert.deepEqual(await second.next("shared"), [{ list: [bytes(1), bytes(2, 3)] }]);
    });
  });
}
