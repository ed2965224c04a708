// Events in both directions: how many arguments, which values, which names.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectedOf, saw, unless } from "../support/behaviours.mjs";
import { SocketPeer, together, variants } from "../support/socketio-peers.mjs";

class Point {
  constructor(x) {
    this.x = x;
  }

  get computed() {
    return this.x + 1;
  }
}

const nested = (depth) => (depth === 0 ? "deep" : [{ inner: nested(depth - 2) }]);
const withToJson = { toJSON: () => ({ instead: [1, { deep: true }] }) };

/** What is no JSON: JavaScript decides what becomes of it. */
const turned = {
  "undefined, functions and symbols": [[undefined, () => 1, Symbol("s")], { gone: () => 1, also: Symbol("s"), kept: 1 }, "end"],
  "numbers that JSON lacks": [NaN, Infinity, -Infinity, -0, [NaN, -0]],
  "dates": [new Date(0), { at: new Date(1700000000123) }, new Date(NaN), new Date(-62198755200000)],
  "maps, sets and weak ones": [new Map([["a", 1]]), new Set([1, 2]), new WeakMap(), { map: new Map([["b", Buffer.from([1])]]) }],
  "regular expressions, errors and promises": [/a+/g, new Error("lost"), Promise.resolve(1)],
  "boxed values": [Object("text"), Object(1), Object(false), [Object("x")]],
  "instances of classes": [new Point(1), [new Point(2)], Object.create(null), Object.assign(Object.create({ inherited: 1 }), { own: 2 })],
  "what says how it is written": [withToJson, { inside: withToJson }, [withToJson]],
  "lists with holes": [[1, , 3], [, ,], Object.assign([1], { extra: 2 })],
  "keys that look like numbers": [{ b: 1, 2: "two", 1: "one", a: { "-1": 0, "1e3": 1, "": 2 } }],
  "what other languages call the prototype": [JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}')],
};

/** A character of each plane, and those that texts seldom have. */
const everyPlane = Array.from({ length: 17 }, (_, plane) => String.fromCodePoint(plane * 0x10000 + 0x41)).join("");
const oddCharacters = "\ufeff\uffff\ufffe\u{1fffe}\u{10ffff}\u0085\u200b\u202e\ufffd\u0300a\u0301";
const basicPlane = Array.from({ length: 0x10000 - 0x800 }, (_, index) => String.fromCharCode(index < 0xd800 ? index : index + 0x800)).join("");

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
  "a value 60 levels deep": [nested(60)],
  "an object of 5,000 members": [Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key ${index}`, index]))],
  "a name of 10,000 characters": [{ ["n".repeat(10_000)]: 1 }],
  "large numbers": [123456789012345680000, 1e300, 4.9e-324, 0.1 + 0.2, [18446744073709552000]],
  "a character of each plane": [everyPlane, { [everyPlane]: everyPlane }],
  "characters that texts seldom have": [oddCharacters],
  "every character of the basic plane": [basicPlane],
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
      for (const count of [0, 1, 2, 8, 100, 500]) {
        const args = Array.from({ length: count }, (_, index) => index);
        peer.emit("echo", ...args);
        assert.deepEqual(await peer.next("echo"), args);
      }
    });

    for (const [name, args] of Object.entries(turned)) {
      it(`carry what JavaScript makes of ${name}`, async (test) => {
        const peer = await SocketPeer.connect(test, variant);
        peer.emit("echo", ...args);
        const received = await peer.next("echo");
        assert.equal(JSON.stringify(received), JSON.stringify(args));
        saw(test, received);
        assert.equal({}.polluted, undefined);
      });
    }

    it("carry undefined, alone and at the end", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.emit("echo", undefined);
      assert.deepEqual(await peer.next("echo"), [null]);
      peer.emit("echo", 1, undefined, undefined);
      assert.deepEqual(await peer.next("echo"), [1, null, null]);
      assert.deepEqual(await peer.ask("echo-ack", undefined), [null]);
    });

    it("carry halves of surrogate pairs", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const texts = ["\ud800", "a\udc00b", "\udc00\ud800", ["\ud83d", { "key": "\ude00" }]];
      peer.emit("echo", ...texts);
      const received = await peer.next("echo");
      saw(test, JSON.stringify(received));
      assert.deepEqual(received, texts);
    });

    const whereNothingElseIsSent = { skip: unless(variant.generation.speaks === 5, "client 2 sends an error packet instead") };

    it("cannot carry what JSON refuses, and the connection goes on", whereNothingElseIsSent, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const circular = {};
      circular.self = circular;
      assert.throws(() => peer.emit("echo", 1n));
      assert.throws(() => peer.emit("echo", circular));
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("cannot have the names that the client keeps to itself", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      if (variant.generation.speaks === 5) {
        for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]) {
          assert.throws(() => peer.emit(name, 1), /reserved/);
        }
      }
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("carry texts as large as the server takes", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const text = "x".repeat(999_000);
      peer.emit("echo", text);
      const [received] = await peer.next("echo");
      assert.equal(received.length, text.length);
      assert.equal(received === text, true);
    });

    it("that are volatile never overtake the lasting ones before them", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const order = [];
      ["lasting", "fleeting"].forEach((name) => peer.socket.on(name, () => order.push(name)));
      peer.listen("lasting", "fleeting");
      peer.emit("volatile-among-others");
      assert.deepEqual(await peer.take("lasting", 2), [[1], [4]]);
      await peer.settle();
      const fleeting = await peer.take("fleeting", peer.waiting("fleeting"));
      const mayCome = variant.mode.finalTransport === "websocket" && expectedOf(test, "volatileEventsMayFollowOthers");
      assert.ok(fleeting.length <= (mayCome ? 2 : 0), `${fleeting.length} have come`);
      assert.deepEqual(order, ["lasting", ...fleeting.map(() => "fleeting"), "lasting"]);
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
