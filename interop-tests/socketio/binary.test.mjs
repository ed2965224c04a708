// Binary values in both directions, at any depth, in events and in acknowledgements.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { SocketPeer, serverRecord, together, variantsOf } from "../support/socketio-peers.mjs";

const bytes = (...values) => Buffer.from(values);
const same = bytes(9, 8);

const sent = {
  "a Buffer": [[bytes(1, 2, 3)], [bytes(1, 2, 3)]],
  "an ArrayBuffer": [[new Uint8Array([1, 2, 3]).buffer], [bytes(1, 2, 3)]],
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

const sharedBytes = new Uint8Array(new SharedArrayBuffer(4));
sharedBytes.set([1, 2, 3, 4]);

/** A value of each JavaScript type with bytes in it; all of them are views of the bytes 0 to 15 but for their own place. */
const sixteen = Uint8Array.from({ length: 16 }, (_, index) => index * 17).buffer;
const views = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
];
for (const View of views) {
  sent[`a ${View.name}`] = [[new View(sixteen)], [Buffer.from(sixteen)]];
  sent[`a ${View.name} of a part of its buffer`] = [[new View(sixteen, 8, 8 / (View.BYTES_PER_ELEMENT ?? 1))], [Buffer.from(sixteen, 8, 8)]];
  sent[`a ${View.name} of nothing`] = [[new View(new ArrayBuffer(0))], [bytes()]];
}
sent["a view of shared memory"] = [[sharedBytes], [bytes(1, 2, 3, 4)]];
sent["an empty ArrayBuffer"] = [[new ArrayBuffer(0)], [bytes()]];
sent["a date beside it"] = [
  [{ at: new Date(0), bytes: bytes(1) }, new Date(1)],
  [{ at: "1970-01-01T00:00:00.000Z", bytes: bytes(1) }, "1970-01-01T00:00:00.001Z"],
];
sent["undefined and null beside it"] = [
  [undefined, null, bytes(1), { gone: undefined, none: null }],
  [null, null, bytes(1), { none: null }],
];
sent["views that share their bytes"] = [
  [new Uint8Array(sixteen, 0, 2), { again: new Uint8Array(sixteen, 1, 2) }],
  [Buffer.from(sixteen, 0, 2), { again: Buffer.from(sixteen, 1, 2) }],
];

const given = {
  binary: [bytes(1, 2, 3)],
  "empty-binary": [bytes()],
  "nested-binary": ["text", { list: [bytes(1), { deep: bytes(2, 3) }], same: 1 }, bytes(255, 0)],
  "twice-the-same": [bytes(9, 8), { again: bytes(9, 8) }],
  "ten-binaries": [Array.from({ length: 10 }, (_, index) => bytes(index))],
  "big-binary": [Buffer.alloc(200_000, 0x61)],
};

/** A client of version 2 takes the views of a buffer for plain objects. */
const isUnknownToOldClients = (args) =>
  args.flatMap((value) => [value, value?.again]).some((value) => ArrayBuffer.isView(value) && !Buffer.isBuffer(value));

for (const variant of variantsOf("binary")) {
  const { speaks, hasDetails } = variant.generation;

  describe(`binary: ${variant.name}`, together, () => {
    for (const [name, [args, expected]] of Object.entries(sent)) {
      const whereViewsAreKnown = { skip: unless(speaks === 5 || !isUnknownToOldClients(args), "client 2 takes typed arrays for plain objects") };
      it(`${name}, there and back`, whereViewsAreKnown, async (test) => {
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

    for (const [name, value] of [["a Blob", new Blob(["bytes"])], ["a File", new File(["bytes"], "name")]]) {
      // Node's client announces such a value and then writes its name: only browsers can send it.
      it(`${name}, which this client cannot send`, { skip: unless(hasDetails, "older clients take it for a plain object") }, async (test) => {
        const peer = await SocketPeer.connect(test, variant);
        const { id } = peer;
        const gone = peer.disconnected();
        peer.emit("echo", value);
        const client = await gone;
        saw(test, { client, server: (await serverRecord(id, "disconnect")).reason });
        assert.equal(client, "transport close");
      });
    }

    it("as large as the server takes", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      // Polling makes a third more of it.
      const big = Buffer.alloc(740_000, "0123456789");
      assert.equal((await peer.askOne("echo-ack", big)).equals(big), true);
    });

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
      peer.emit("ask-me", "mirror", 15_000, bytes(1, 2));
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
