// Events in both directions: which arguments, which names, which order.
import assert from "node:assert/strict";
import { privateNamespace } from "../../support/socketio-peers.mjs";

const values = {
  null: [null],
  booleans: [true, false],
  integers: [0, 1, -1, 2147483648, 9007199254740991, -9007199254740991],
  floats: [0.1, -1.5, 1e-7, 1.7976931348623157e308, 5e-324],
  "empty values": ["", [], {}],
  "Unicode of every plane": ["h€llo", "\u07ff\uffee", "😀𐍈\u{20000}\u{e0001}\u{10fffd}", "\u2028\u2029", "مرحبا"],
  "control characters": ["\u0000\u001f\u007f\b\f\n\r\t", "a\u001eb"],
  "nested values": [{ list: [{ deep: [[], [[1]]] }], "odd key \u2028": null, "": 1 }, [["one"], "two"]],
  "what looks like a packet": ['2["echo"]', "451-[]", "123", 'quote" back\\ slash/'],
};

const given = {
  nothing: [],
  many: [1, "two", true, null, [4], { five: 5 }, false, "eight"],
  numbers: [[0, -1, 1.5, 1e21, 1e-7, 9007199254740991, -9007199254740991, 2147483648, 0.1]],
  texts: [["", "h€llo", "😀", "\u2028\u2029", "quote\" back\\ slash/ \b\f\n\r\t", "\u0000\u001f\u007f", "<b>&'"]],
  nested: [{ list: [{ deep: [[], {}] }], empty: {}, nothing: null }],
  "big-text": ["é".repeat(100_000)],
  date: ["2023-11-14T22:13:20.123Z"],
};

const echoes = Object.fromEntries(
  Object.entries(values).map(([name, args]) => [
    `are echoed with ${name}`,
    async (bench) => {
      const peer = await bench.connect({ listens: ["echo"] });
      peer.emit("echo", ...args);
      assert.deepEqual(await peer.next("echo"), args);
    },
  ]),
);

export const events = {
  ...echoes,
  "arrive with the server's own values": async (bench) => {
    const peer = await bench.connect({ listens: ["given"] });
    for (const [name, args] of Object.entries(given)) {
      peer.emit("give", name);
      assert.deepEqual(await peer.next("given"), args, name);
    }
  },
  "carry no, one and many arguments": async (bench) => {
    const peer = await bench.connect({ listens: ["echo"] });
    for (const number of [0, 1, 8, 100]) {
      const args = Array.from({ length: number }, (_, index) => index);
      peer.emit("echo", ...args);
      assert.deepEqual(await peer.next("echo"), args);
    }
  },
  "carry a large text": async (bench) => {
    const peer = await bench.connect({ listens: ["echo"] });
    const text = "ä😀\u2028".repeat(30_000);
    peer.emit("echo", text);
    assert.equal((await peer.next("echo"))[0], text);
  },
  "may have any name, in both directions": async (bench) => {
    const names = ["with space", "é😀", "", "toString", "42", "data", "\u2028"];
    const peer = await bench.connect({ listens: names });
    await peer.ask("record");
    names.forEach((name) => peer.emit(name, "up"));
    const { incoming } = await peer.askOne("stop-recording");
    assert.deepEqual(incoming.slice(0, -1), names.map((name) => [name, "up"]));
    for (const name of names) {
      peer.emit("compress-me", true, name, "down");
      assert.deepEqual(await peer.next(name), ["down"]);
    }
  },
  "without a handler are nothing to the server": async (bench) => {
    const peer = await bench.connect();
    peer.emit("nobody listens", 1);
    assert.equal(await peer.askOne("sum", 1, 2), 3);
  },
  "without a handler are nothing to the client": async (bench) => {
    const peer = await bench.connect();
    peer.emit("burst", 10, 10);
    assert.equal(await peer.askOne("sum", 1, 2), 3);
  },
  "are seen by a catch-all handler": async (bench) => {
    // What other tests broadcast in the main namespace would be seen as well.
    const peer = await bench.connect({ namespaces: [privateNamespace()] });
    peer.listenToAll();
    peer.emit("echo", "one", 2);
    peer.emit("compress-me", true, "some name", { three: 3 });
    assert.deepEqual(await peer.nextOfAny(), ["echo", "one", 2]);
    assert.deepEqual(await peer.nextOfAny(), ["some name", { three: 3 }]);
  },
  "arrive in order, a large burst from the server": async (bench) => {
    const peer = await bench.connect({ listens: ["numbered"] });
    peer.emit("burst", 1000, 50);
    const received = await peer.take("numbered", 1000);
    received.forEach(([index, text], position) => assert.deepEqual([index, text.length], [position, 50]));
  },
  "arrive in order, a large burst from the client": async (bench) => {
    const peer = await bench.connect();
    const numbers = Array.from({ length: 1000 }, (_, index) => index);
    numbers.forEach((number) => peer.emit("numbered-up", number));
    assert.deepEqual(await peer.askOne("report-numbers"), numbers);
  },
  "arrive in order with binary values among them": async (bench) => {
    const peer = await bench.connect({ listens: ["numbered"] });
    peer.emit("mixed-burst", 150);
    const received = await peer.take("numbered", 150);
    received.forEach(([index, value], position) => {
      assert.equal(index, position);
      assert.deepEqual(value, index % 3 === 0 ? Buffer.from([index & 255]) : "text");
    });
  },
};
