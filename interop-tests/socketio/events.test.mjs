// Events in both directions: how many arguments, which values, which names.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { SocketPeer, together, variants } from "../support/socketio-peers.mjs";

const values = {
  null: [null],
  booleans: [true, false],
  integers: [0, 1, -1, 2147483648, 9007199254740991, -9007199254740991],
  floats: [0.1, -1.5, 1e21, 1e-7, 1.7976931348623157e308, 5e-324],
  "empty text": [""],
  Unicode: ["h€llo", "😀", "\u2028\u2029", "مرحبا", "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67"],
  "control characters": ["\u0000\u001f\u007f\b\f\n\r\t"],
  "quotes and slashes": ['quote" back\\ slash/ <b>&\''],
  "the separator of payloads": ["a\u001eb"],
  "an empty array": [[]],
  "an empty object": [{}],
  "nested values": [{ list: [{ deep: [[], [[1]]] }], "odd key \u2028": null, "": 1, __proto__x: 2 }],
  "an array as the only argument": [["one", "two"]],
  "digits as a text": ["123"],
  "what looks like a packet": ['2["echo"]', "451-[]"],
  "what looks like a placeholder": [{ _placeholder: true, num: 0 }],
};

const given = {
  nothing: [],
  null: [null],
  many: [1, "two", true, null, [4], { five: 5 }, false, "eight"],
  numbers: [[0, -1, 1.5, 1e21, 1e-7, 9007199254740991, -9007199254740991, 2147483648, 0.1]],
  texts: [["", "h€llo", "😀", "\u2028\u2029", "quote\" back\\ slash/ \b\f\n\r\t", "\u0000\u001f\u007f", "<b>&'"]],
  nested: [{ list: [{ deep: [[], {}] }], empty: {}, nothing: null }],
  array: [["an", "array"]],
  "big-text": ["é".repeat(100_000)],
  date: ["2023-11-14T22:13:20.123Z"],
  placeholder: [{ _placeholder: true, num: 0 }],
};

for (const variant of variants) {
  describe(`events: ${variant.name}`, together, () => {
    for (const [name, args] of Object.entries(values)) {
      it(`are echoed with ${name}`, async (test) => {
        const peer = await SocketPeer.connect(test, variant);
        peer.emit("echo", ...args);
        assert.deepEqual(await peer.next("echo"), args);
      });
    }

    for (const [name, args] of Object.entries(given)) {
      it(`arrive with the server's own values: ${name}`, async (test) => {
        const peer = await SocketPeer.connect(test, variant);
        peer.emit("give", name);
        assert.deepEqual(await peer.next("given"), args);
      });
    }

    it("carry no, one and many arguments", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      for (const count of [0, 1, 2, 8, 100]) {
        const args = Array.from({ length: count }, (_, index) => index);
        peer.emit("echo", ...args);
        assert.deepEqual(await peer.next("echo"), args);
      }
    });

    it("carry what JavaScript turns into other values", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.emit("echo", undefined, NaN, -0, new Date(0), { gone: undefined, kept: 1 }, [undefined]);
      assert.deepEqual(await peer.next("echo"), [null, null, 0, "1970-01-01T00:00:00.000Z", { kept: 1 }, [null]]);
    });

    it("carry a large text", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const text = "ä😀\u2028".repeat(30_000);
      peer.emit("echo", text);
      assert.equal((await peer.next("echo"))[0], text);
    });

    it("may have any name, in both directions", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const names = ["with space", "é😀", "", "toString", "__proto__", "constructor", "hasOwnProperty", "42", "connection", "data", "\u2028"];
      await peer.ask("record");
      names.forEach((name) => peer.emit(name, "up"));
      const { incoming } = await peer.askOne("stop-recording");
      assert.deepEqual(incoming.slice(0, -1), names.map((name) => [name, "up"]));
      for (const name of names) {
        peer.emit("compress-me", true, name, "down");
        assert.deepEqual(await peer.next(name), ["down"]);
      }
    });

    it("may be named by a number in both directions", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.emit("give-numeric");
      assert.deepEqual(await peer.next(7), ["seven"]);
      assert.equal(await peer.askOne(7, "up"), "seven up");
    });

    // A client of version 2 keeps that name to itself.
    it("may be named error", { skip: unless(variant.generation.speaks === 5, "client 2 keeps that name to itself") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.emit("error", "not fatal");
      assert.deepEqual(await peer.next("error-received"), ["not fatal"]);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("named message are what send sends, in both directions", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.socket.send("one", { two: 2 });
      assert.deepEqual(await peer.next("message-received"), ["one", { two: 2 }]);
      peer.emit("send-me", "three", 4);
      assert.deepEqual(await peer.next("message"), ["three", 4]);
    });

    it("without a handler are nothing to the server", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.emit("nobody listens", 1);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("may be compressed or not", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const text = "compress me ".repeat(1000);
      for (const compress of [true, false]) {
        peer.socket.compress(compress).emit("compress-me", compress, "compressed", text);
        assert.deepEqual(await peer.next("compressed"), [text]);
      }
    });
  });
}
