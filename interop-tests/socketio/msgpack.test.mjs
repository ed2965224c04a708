// The MessagePack parser: one binary message for each packet, binary values inside, dates and undefined as its clients write them.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import parser from "socket.io-msgpack-parser";
import { expectedOf } from "../support/behaviours.mjs";
import { modes } from "../support/clients.mjs";
import { overLine } from "../support/hosts.mjs";
import { SocketPeer, generations, privateNamespace, together } from "../support/socketio-peers.mjs";

const bytes = (...values) => Buffer.from(values);

const variants = [generations.latest, generations.v40, generations.v31].flatMap((generation) =>
  modes.map((mode) => ({ name: `${generation.name}, ${mode.name}${overLine}`, generation: { ...generation, path: "/io-msgpack/" }, mode })),
);

const values = {
  nothing: [],
  "no value": [null],
  "JSON of every kind": [1, -1, 1.5, "h€llo😀\u2028", true, false, null, [1, [2]], { three: { four: 4 } }, ""],
  "small integers": [[0, 1, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 9007199254740991]],
  "negative integers": [[-1, -32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, -9007199254740991]],
  // Node's encoder spoils whole numbers of 2^64 and more, so there are none here.
  floats: [[0.1, -1.5, 1e-7, 123456789.125]],
  "texts of all sizes": ["x".repeat(31), "x".repeat(32), "é".repeat(255), "x".repeat(65536)],
  "long lists and maps": [
    Array.from({ length: 70_000 }, (_, index) => index & 7),
    Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key ${index}`, index])),
  ],
  "binary values": [bytes(1, 2, 3), { deep: [bytes(), bytes(255)] }],
  "large binary values": [Buffer.alloc(300, 1), Buffer.alloc(70_000, 2)],
  "more binary values than attachments may be": [Array.from({ length: 30 }, (_, index) => bytes(index))],
  "what looks like a placeholder": [{ _placeholder: true, num: 0 }],
};

const given = {
  nothing: [],
  many: [1, "two", true, null, [4], { five: 5 }, false, "eight"],
  "safe-numbers": [[0, -1, 1.5, 1e-7, 9007199254740991, -9007199254740991, 2147483648, 0.1]],
  texts: [["", "h€llo", "😀", "\u2028\u2029", "quote\" back\\ slash/ \b\f\n\r\t", "\u0000\u001f\u007f", "<b>&'"]],
  nested: [{ list: [{ deep: [[], {}] }], empty: {}, nothing: null }],
  "nested-binary": ["text", { list: [bytes(1), { deep: bytes(2, 3) }], same: 1 }, bytes(255, 0)],
  "ten-binaries": [Array.from({ length: 10 }, (_, index) => bytes(index))],
  "big-binary": [Buffer.alloc(200_000, 0x61)],
  placeholder: [{ _placeholder: true, num: 0 }],
};

for (const variant of variants) {
  const connect = (test, options) => SocketPeer.connect(test, variant, { parser, ...options });
  const start = (test, options) => SocketPeer.start(test, variant, { parser, ...options });

  describe(`MessagePack: ${variant.name}`, together, () => {
    for (const [name, args] of Object.entries(values)) {
      it(`carries ${name}, there and back`, async (test) => {
        const peer = await connect(test);
        peer.emit("echo", ...args);
        assert.deepEqual(await peer.next("echo"), args);
        assert.deepEqual(await peer.ask("echo-ack", ...args), args);
      });
    }

    for (const [name, args] of Object.entries(given)) {
      it(`carries the server's own values: ${name}`, async (test) => {
        const peer = await connect(test);
        peer.emit("give", name);
        assert.deepEqual(await peer.next("given"), args);
        assert.deepEqual(await peer.ask("give-ack", name), args);
      });
    }

    it("carries dates of the server", async (test) => {
      const peer = await connect(test);
      peer.emit("give", "date");
      assert.deepEqual(await peer.next("given"), [new Date(1700000000123)]);
    });

    it("carries dates that the server reads", async (test) => {
      const peer = await connect(test);
      for (const milliseconds of [0, 1700000000123, -1, 4102444800000]) {
        assert.deepEqual(await peer.ask("next-second", new Date(milliseconds)), [new Date(milliseconds + 1000)]);
      }
    });

    it("carries dates that the server passes on", async (test) => {
      const peer = await connect(test);
      const dates = [new Date(0), new Date(1700000000123), new Date(-1), new Date(4102444800000)];
      peer.emit("echo", ...dates);
      const texts = dates.map((date) => date.toISOString());
      assert.deepEqual(await peer.next("echo"), expectedOf(test, "datesArePassedOn") ? dates : texts);
    });

    it("reads undefined as nothing", async (test) => {
      const peer = await connect(test);
      peer.emit("echo", undefined, { gone: undefined, kept: 1 }, [undefined]);
      const [first, second, third] = await peer.next("echo");
      assert.equal(first ?? null, null);
      assert.deepEqual([second.gone ?? null, second.kept], [null, 1]);
      assert.deepEqual(third.map((value) => value ?? null), [null]);
    });

    it("gives the server bytes", async (test) => {
      const peer = await connect(test);
      assert.deepEqual(await peer.ask("digest", bytes(1, 2, 250)), [3, 253]);
    });

    it("asks in both directions", async (test) => {
      const peer = await connect(test);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      peer.socket.on("question", (value, acknowledge) => acknowledge({ mirrored: value }, bytes(7)));
      peer.emit("ask-me", "question", 15_000, bytes(1, 2));
      assert.deepEqual(await peer.next("answered"), [null, { mirrored: bytes(1, 2) }, bytes(7)]);
    });

    it("connects with credentials", async (test) => {
      const auth = { token: "é😀", nested: { list: [null, true, 1.5] } };
      const peer = await connect(test, { auth });
      assert.deepEqual((await peer.askOne("handshake")).auth, auth);
    });

    it("refuses with a message and data", async (test) => {
      const error = await start(test, { namespace: "/guarded", auth: { token: "wrong" } }).refusal();
      assert.equal(error.message, "not authorized");
      assert.deepEqual(error.data, { code: 401, hints: ["log in", "é😀"] });
      const plain = await start(test, { namespace: "/guarded", auth: { plain: true } }).refusal();
      assert.deepEqual([plain.message, plain.data], ["not authorized", undefined]);
      const unknown = await start(test, { namespace: "/nope" }).refusal();
      assert.equal(unknown.message, "Invalid namespace");
    });

    it("reaches rooms", async (test) => {
      const namespace = privateNamespace();
      const [first, second] = [await connect(test, { namespace }), await connect(test, { namespace })];
      await second.ask("join", ["a"]);
      [first, second].forEach((peer) => peer.listen("news"));
      await first.ask("broadcast", { to: ["a"] }, "news", { list: [bytes(1)] });
      assert.deepEqual(await second.next("news"), [{ list: [bytes(1)] }]);
      assert.equal(first.waiting("news"), 0);
    });

    it("leaves at the server's wish", async (test) => {
      const peer = await connect(test);
      peer.listen("goodbye");
      const gone = peer.disconnected();
      peer.emit("say-and-leave-me", false);
      assert.equal(await gone, "io server disconnect");
      assert.deepEqual(await peer.next("goodbye"), ["last words"]);
    });

    it("keeps 300 events each way in order", async (test) => {
      const peer = start(test).listen("numbered");
      await peer.connected();
      peer.emit("mixed-burst", 300);
      for (let index = 0; index < 300; index++) {
        peer.emit("numbered-up", index, bytes(index & 255));
      }
      const numbers = Array.from({ length: 300 }, (_, index) => index);
      assert.deepEqual((await peer.take("numbered", 300)).map(([index]) => index), numbers);
      await peer.settle();
      assert.deepEqual(await peer.askOne("report-numbers"), numbers);
    });
  });
}
