// What a browser sends and gets: events, answers, every kind of binary value, every kind of text.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { serverRecord } from "../support/socketio-peers.mjs";
import { Tab, variants } from "./support/chromium.mjs";

const buffer = (...bytes) => ({ is: "ArrayBuffer", bytes });

/** Makes the value in the page; what comes back. Multi-byte elements are sent as this machine holds them, lowest byte first. */
const kinds = {
  "an ArrayBuffer": [() => new Uint8Array([1, 2, 3]).buffer, buffer(1, 2, 3)],
  "an empty ArrayBuffer": [() => new ArrayBuffer(0), buffer()],
  "an Int8Array": [() => new Int8Array([-1, 127]), buffer(255, 127)],
  "a Uint8Array": [() => new Uint8Array([4, 5]), buffer(4, 5)],
  "a Uint8ClampedArray": [() => new Uint8ClampedArray([300, -1]), buffer(255, 0)],
  "an Int16Array": [() => new Int16Array([-2]), buffer(254, 255)],
  "a Uint16Array": [() => new Uint16Array([1, 258]), buffer(1, 0, 2, 1)],
  "an Int32Array": [() => new Int32Array([-2]), buffer(254, 255, 255, 255)],
  "a Uint32Array": [() => new Uint32Array([0x01020304]), buffer(4, 3, 2, 1)],
  "a Float32Array": [() => new Float32Array([1.5]), buffer(0, 0, 192, 63)],
  "a Float64Array": [() => new Float64Array([1.5]), buffer(0, 0, 0, 0, 0, 0, 248, 63)],
  "a BigInt64Array": [() => new BigInt64Array([-2n]), buffer(254, 255, 255, 255, 255, 255, 255, 255)],
  "a BigUint64Array": [() => new BigUint64Array([258n]), buffer(2, 1, 0, 0, 0, 0, 0, 0)],
  "a DataView": [() => new DataView(new Uint8Array([0, 1, 2, 3]).buffer, 1, 2), buffer(1, 2)],
  "a view on a part of a buffer": [() => new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 3), buffer(1, 2)],
  "a Blob": [() => new Blob([new Uint8Array([1, 2]), "é"]), buffer(1, 2, 195, 169)],
  "an empty Blob": [() => new Blob([]), buffer()],
  "a File": [() => new File([new Uint8Array([7, 8])], "name.bin", { type: "image/png" }), buffer(7, 8)],
  "a part of a Blob": [() => new Blob([new Uint8Array([0, 1, 2, 3])]).slice(1, 3), buffer(1, 2)],
  "every byte": [() => Uint8Array.from({ length: 256 }, (_, index) => index), buffer(...Array.from({ length: 256 }, (_, index) => index))],
  "kinds deep inside": [
    () => ({ list: [new Blob(["a"]), { deep: [new Uint16Array([1]), null, new File(["b"], "b")] }], text: "é" }),
    { list: [buffer(97), { deep: [buffer(1, 0), null, buffer(98)] }], text: "é" },
  ],
};

const texts = {
  "the ends of every plane": () =>
    Array.from({ length: 17 }, (_, plane) =>
      String.fromCodePoint(plane * 0x10000, plane * 0x10000 + 1, plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff),
    ),
  "every character of the basic plane": () =>
    Array.from({ length: 0x10000 - 0x800 }, (_, index) => String.fromCharCode(index < 0xd800 ? index : index + 0x800)).join(""),
  "samples of all other planes": () =>
    Array.from({ length: 16 * 64 }, (_, index) => String.fromCodePoint(0x10000 + index * 0x400 + (index % 0x400))).join(""),
  "line separators and control characters": () => "\u2028\u2029\u0000\u0001\u001e\u001f\u007f\u0085\ufeff\r\n\t\b",
  "what looks like a packet": () => ["51-[\"x\"]", "4", "2probe", "b4AAAA", "\u001e40", "\\n", "\\\\n", "\\u001e"],
  "combined characters": () => "e\u0301 👩‍👩‍👧‍👦 🇩🇪 ǆ \u202eabc",
  "an empty text": () => "",
};

for (const variant of variants) {
  const { mode } = variant;
  const connect = Tab.sharedBy(variant);

  describe(`binary: ${variant.name}`, () => {
    for (const [name, [make, expected]] of Object.entries(kinds)) {
      it(`${name}, there and back`, async () => {
        const tab = await connect();
        const seen = await tab.run(async (source) => {
          const make = (0, eval)(source);
          socket.emit("echo", make(), "text", make());
          const event = await tools.shape(await tools.next(socket, "echo"));
          return [event, await tools.shape(await tools.ask(socket, "echo-ack", make()))];
        }, make.toString());
        assert.deepEqual(seen, [[expected, "text", expected], [expected]]);
      });
    }

    it("is given to the page as ArrayBuffers, and as Blobs when it asks for them", async () => {
      const tab = await connect();
      const seen = await tab.run(async () => {
        const [first] = await tools.ask(socket, "give-ack", "binary");
        socket.io.engine.binaryType = "blob";
        const [second] = await tools.ask(socket, "give-ack", "binary");
        return tools.shape([first, second]);
      });
      assert.deepEqual(seen, [buffer(1, 2, 3), { is: "Blob", bytes: [1, 2, 3] }]);
    });

    it("is written in base64 when the page wants it so", async () => {
      const tab = await connect({ forceBase64: true });
      const seen = await tab.run(async () => {
        socket.emit("echo", new Blob(["ab"]), new Uint8Array([1, 2, 3]));
        return tools.shape(await tools.next(socket, "echo"));
      });
      assert.deepEqual(seen, [buffer(97, 98), buffer(1, 2, 3)]);
    });

    it("is answered by the client in binary", async () => {
      const tab = await connect();
      const seen = await tab.run(async () => {
        socket.on("mirror", (value, acknowledge) => acknowledge({ mirrored: value }, new Blob([new Uint8Array([7])])));
        socket.emit("ask-me", "mirror", 15_000, new Uint8Array([1, 2]));
        return tools.shape(await tools.next(socket, "answered"));
      });
      assert.deepEqual(seen, [null, { mirrored: buffer(1, 2) }, buffer(7)]);
    });

    it("keeps its place among texts", async () => {
      const tab = await connect();
      const seen = await tab.run(async () => {
        tools.listen(socket, "echo");
        const makers = [() => "text", (size) => new Uint8Array(size), (size) => new Blob([new Uint8Array(size)])];
        for (let index = 0; index < 60; index++) {
          socket.emit("echo", index, makers[index % 3](index * 20));
        }
        return (await tools.take(socket, "echo", 60)).map(([index, value]) => [index, typeof value === "string" ? value : value.byteLength]);
      });
      assert.deepEqual(seen, Array.from({ length: 60 }, (_, index) => [index, index % 3 === 0 ? "text" : index * 20]));
    });

    it("almost a megabyte there and back, in one piece and as a Blob", async () => {
      const tab = await connect();
      // What a server takes at once is 1,000,000 bytes; polling carries binary values in base64.
      const seen = await tab.run(async (size) => {
        const big = Uint8Array.from({ length: size }, (_, index) => (index * 31) & 255);
        const same = [];
        for (const value of [big, new Blob([big])]) {
          const [echoed] = await tools.ask(socket, "echo-ack", value);
          const bytes = new Uint8Array(echoed);
          same.push(bytes.length === size && bytes.every((byte, index) => byte === big[index]));
        }
        return same;
      }, mode.finalTransport === "polling" ? 740_000 : 999_000);
      assert.deepEqual(seen, [true, true]);
    });

    it("more than one message may hold, in several messages at once", async () => {
      const tab = await connect();
      const lengths = await tab.run(async () => {
        tools.listen(socket, "echo");
        for (let index = 0; index < 5; index++) {
          socket.emit("echo", index, new Blob([new Uint8Array(400_000)]));
        }
        return (await tools.take(socket, "echo", 5)).map(([index, value]) => [index, value.byteLength]);
      });
      assert.deepEqual(lengths, Array.from({ length: 5 }, (_, index) => [index, 400_000]));
    });

    it("too much in one message ends the connection", async (test) => {
      const tab = await connect();
      const reason = await tab.run(() => {
        socket.emit("echo", new Uint8Array(1_200_000));
        return new Promise((resolve) =>
          socket.once("disconnect", (...args) => resolve([args[0], args[1]?.context?.status ?? args[1]?.context?.code ?? null])),
        );
      });
      saw(test, reason);
      saw(test, (await serverRecord(tab.id, "disconnect")).reason);
      assert.match(reason[0], /^transport (close|error)$/);
    });

    it("reaches another browser through a broadcast", async (test) => {
      const [first, second] = await Promise.all([connect(), Tab.connect(test, variant)]);
      const arrived = second.run(async () => {
        await tools.ask(socket, "join", [`${socket.id}-room`]);
        globalThis.isListening = true;
        return tools.shape(await tools.next(socket, "shared"));
      });
      await second.until(() => globalThis.isListening);
      await first.run(
        (room) => tools.ask(socket, "broadcast", { to: [room] }, "shared", { list: [new Blob(["a"]), new Uint8Array([2])] }),
        `${second.id}-room`,
      );
      assert.deepEqual(await arrived, [{ list: [buffer(97), buffer(2)] }]);
    });
  });

  describe(`texts: ${variant.name}`, () => {
    for (const [name, make] of Object.entries(texts)) {
      it(`${name}, there and back`, async () => {
        const tab = await connect();
        const isSame = await tab.run(async (source) => {
          const text = (0, eval)(source)();
          const sent = [text, { [`key ${text}`]: text }];
          return JSON.stringify(await tools.ask(socket, "echo-ack", ...sent)) === JSON.stringify(sent);
        }, make.toString());
        assert.equal(isSame, true);
      });
    }

    it("halves of pairs, there and back", async (test) => {
      const tab = await connect();
      const units = await tab.run(async () => {
        const halves = ["\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00"];
        const [answer] = await tools.ask(socket, "echo-ack", halves);
        return answer.map((text) => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)));
      });
      saw(test, units);
      assert.equal(units.length, 5);
    });

    const whereVolatileEventsArrive = { skip: unless(mode.finalTransport === "websocket", "a volatile event may be dropped between two polls") };

    it("as names of events and of members", whereVolatileEventsArrive, async () => {
      const tab = await connect();
      const seen = await tab.run(async () => {
        const name = "größe 😀\u2028\u0000";
        const arrives = tools.next(socket, name);
        socket.emit("volatile-me", name, { [name]: [name] });
        return arrives;
      });
      assert.deepEqual(seen, [{ "größe 😀\u2028\u0000": ["größe 😀\u2028\u0000"] }]);
    });

    it("half a megabyte of them", async () => {
      const tab = await connect();
      const isSame = await tab.run(async () => {
        const text = "é😀".repeat(80_000);
        return (await tools.ask(socket, "echo-ack", text))[0] === text;
      });
      assert.equal(isSame, true);
    });
  });

  describe(`events: ${variant.name}`, () => {
    it("with many arguments of every kind, and answers", async () => {
      const tab = await connect();
      const seen = await tab.run(async () => {
        const args = [1, "two", true, null, [4], { five: 5 }, -0.5, 1e21, new Date(1700000000123)];
        socket.emit("echo", ...args);
        return [await tools.next(socket, "echo"), await tools.ask(socket, "echo-ack", ...args)];
      });
      const expected = [1, "two", true, null, [4], { five: 5 }, -0.5, 1e21, "2023-11-14T22:13:20.123Z"];
      assert.deepEqual(seen, [expected, expected]);
    });

    it("that the page has sent before it was connected", async () => {
      const tab = await connect();
      const numbers = await tab.run(async (transports) => {
        socket.disconnect();
        globalThis.socket = io({ transports, reconnection: false, forceNew: true });
        tools.listen(socket, "echo");
        [1, 2, 3].forEach((number) => socket.emit("echo", number));
        return tools.take(socket, "echo", 3);
      }, mode.transports);
      assert.deepEqual(numbers, [[1], [2], [3]]);
    });

    it("answered with a promise, and not in time", async () => {
      const tab = await connect();
      const seen = await tab.run(async () => [
        await socket.timeout(10_000).emitWithAck("sum", 1, 2),
        await socket.timeout(50).emitWithAck("never").catch((error) => error.message),
      ]);
      assert.deepEqual(seen, [3, "operation has timed out"]);
    });

    it("in several namespaces of one connection", async () => {
      const tab = await connect();
      const names = await tab.run(async () => {
        const sockets = ["/chat", "/grüße", "/with space"].map((name) => socket.io.socket(name));
        const answers = await Promise.all(sockets.map((other) => tools.ask(other, "facts")));
        return answers.map(([facts]) => facts.namespace);
      });
      assert.deepEqual(names, ["/chat", "/grüße", "/with space"]);
    });

    it("of a page that the server refuses come to nothing", async () => {
      const tab = await connect();
      const seen = await tab.run(async (transports) => {
        socket.disconnect();
        globalThis.socket = io("/guarded", { transports, forceNew: true, auth: { token: "wrong" } });
        return tools.happens(socket, "connect_error").then((error) => [error.message, error.data, socket.active]);
      }, mode.transports);
      assert.deepEqual(seen, ["not authorized", { code: 401, hints: ["log in", "é😀"] }, false]);
    });
  });
}
