// Messages of every kind and size through the stock clients, over each transport.
import assert from "node:assert/strict";
import { it } from "node:test";
import { ClientPeer, byPolling, describeEach, unlessBetween, variants } from "../support/clients.mjs";
import { nextEvent, within } from "../support/waiting.mjs";

const unicode = {
  "the basic plane": "¡Grüße, κόσμε, мир, 世界, ほし, مرحبا, שלום!",
  "every plane above it": Array.from({ length: 16 }, (_, plane) => String.fromCodePoint((plane + 1) * 0x10000 + 0xa3)).join("|"),
  "joined and combined characters": "👩‍👩‍👧‍👦 é ❤️ 🇪🇺",
  "control characters and separators": "\0\t\r\n\\n\"\u2028\u2029\u007f\ufeff",
  "the edges of UTF-8 lengths": "\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}",
};
const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
const binaries = {
  "a Buffer": Buffer.from(everyByte),
  "a Uint8Array": everyByte,
  "a Uint8ClampedArray": new Uint8ClampedArray(everyByte),
  "an Int8Array": Int8Array.of(-128, -1, 0, 1, 127),
  "an Int16Array": Int16Array.of(-32768, -1, 0, 32767),
  "a Uint16Array": Uint16Array.of(0, 258, 65535),
  "an Int32Array": Int32Array.of(-2147483648, -1, 0, 2147483647),
  "a Uint32Array": Uint32Array.of(0, 16909060, 4294967295),
  "a Float32Array": Float32Array.of(0, -1.5, Infinity),
  "a Float64Array": Float64Array.of(0.1, -1e300, NaN),
  "a BigInt64Array": BigInt64Array.of(-1n, 2n ** 40n),
  "a DataView": new DataView(everyByte.buffer, 16, 16),
  "a view into the middle of a larger buffer": new Uint8Array(everyByte.buffer, 3, 7),
  "an ArrayBuffer": everyByte.slice().buffer,
  "one byte": Uint8Array.of(0),
};

const bytesOf = (data) => (ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data));

/** The largest message that fits: type digits, lengths and base64 count on the wire. */
function largestBinary(variant) {
  if (byPolling(variant)) {
    return 740_000;
  }
  return variant.generation.eio === 3 ? 999_999 : 1_000_000;
}

describeEach("messages", variants, (variant) => {
  const { generation, mode } = variant;
  const connect = (test, options) => ClientPeer.connect(test, variant, options);
  const takesLong = { skip: unlessBetween(variant) };

  it("uses the transport that was asked for, on both sides", async (test) => {
    const peer = await connect(test);
    assert.equal(peer.transportName, mode.finalTransport);
    assert.equal(await peer.echo("transport"), mode.finalTransport);
  });

  it("echoes text", async (test) => {
    const peer = await connect(test);
    assert.equal(await peer.echo("hello"), "hello");
  });

  it("echoes an empty text", async (test) => {
    const peer = await connect(test);
    // To some versions it comes as no data at all.
    assert.equal((await peer.echo("")) ?? "", "");
    assert.equal(await peer.echo("still here"), "still here");
  });

  for (const [name, text] of Object.entries(unicode)) {
    it(`echoes ${name} of Unicode`, async (test) => {
      const peer = await connect(test);
      assert.equal(await peer.echo(text), text);
    });
  }

  for (const [name, data] of Object.entries(binaries)) {
    it(`echoes ${name}`, async (test) => {
      const peer = await connect(test);
      const sent = bytesOf(data);
      const received = await peer.echo(data);
      assert.ok(Buffer.isBuffer(received));
      assert.deepEqual(received, sent);
    });
  }

  it("echoes no byte at all", async (test) => {
    const peer = await connect(test);
    assert.deepEqual(Buffer.from(await peer.echo(Buffer.alloc(0))), Buffer.alloc(0));
    assert.equal(await peer.echo("still here"), "still here");
  });

  it("gives binary as an ArrayBuffer to a client that wants it so", async (test) => {
    const peer = await connect(test);
    peer.socket.binaryType = "arraybuffer";
    peer.socket.transport.binaryType = "arraybuffer";
    const received = await peer.echo(Buffer.from(everyByte));
    assert.ok(received instanceof ArrayBuffer);
    assert.deepEqual(new Uint8Array(received), everyByte);
  });

  it("keeps the order of text and binary sent together", async (test) => {
    const peer = await connect(test);
    const sent = ["one", Buffer.from([1]), "two", Buffer.from([2, 2]), "three"];
    sent.forEach((data) => peer.send(data));
    const received = await peer.messages.take(sent.length);
    assert.deepEqual(received.map((data) => (typeof data === "string" ? data : Buffer.from(data))), sent);
  });

  it("echoes a text of one megabyte", takesLong, async (test) => {
    const peer = await connect(test);
    const text = "0123456789".repeat(99_999);
    assert.ok((await peer.echo(text)) === text, "the echo is not what was sent");
  });

  it("echoes a binary message of the largest size", takesLong, async (test) => {
    const peer = await connect(test);
    const data = Buffer.alloc(largestBinary(variant), "binary \0\u00ff");
    assert.ok(data.equals(Buffer.from(await peer.echo(data))));
  });

  it("receives text and binary of two megabytes", takesLong, async (test) => {
    const peer = await connect(test);
    assert.ok((await peer.echo("big:2000000")) === "a".repeat(2_000_000), "the text is not what was asked for");
    assert.ok(Buffer.alloc(2_000_000, "a").equals(Buffer.from(await peer.echo("bigbin:2000000"))));
  });

  it("receives a burst of 1,000 messages in order", async (test) => {
    const peer = await connect(test);
    peer.send("burst:1000");
    assert.deepEqual(await peer.messages.take(1000), Array.from({ length: 1000 }, (_, index) => String(index)));
  });

  it("echoes 1,000 messages in order", async (test) => {
    const peer = await connect(test);
    const sent = Array.from({ length: 1000 }, (_, index) => `message ${index}`);
    sent.forEach((text) => peer.send(text));
    assert.deepEqual(await peer.messages.take(1000), sent);
    assert.equal(peer.messages.waiting, 0);
  });

  it("receives a message that the server sends on its own", async (test) => {
    const peer = await connect(test);
    assert.equal(await peer.echo("later:50:it is late: good night"), "it is late: good night");
  });

  it("calls back in order when messages have been sent", async (test) => {
    const peer = await connect(test);
    const calls = [];
    const last = new Promise((resolve) => {
      peer.socket.send("a", {}, () => calls.push("a"));
      peer.socket.send("b", () => calls.push("b"));
      peer.socket.send("c", {}, () => resolve(calls.push("c")));
    });
    await within(last, "the last callback");
    assert.deepEqual(calls, ["a", "b", "c"]);
    assert.deepEqual(await peer.messages.take(3), ["a", "b", "c"]);
  });

  it("tells when everything has been written", async (test) => {
    const peer = await connect(test);
    const drained = nextEvent(peer.socket, "drain");
    peer.send("a");
    peer.send("b");
    await drained;
    assert.equal(peer.socket.writeBuffer.length, 0);
    assert.deepEqual(await peer.messages.take(2), ["a", "b"]);
  });

  it("exchanges binary as base64 with a client that wants it so", async (test) => {
    const peer = await connect(test, { forceBase64: true });
    const data = Buffer.from(everyByte);
    assert.deepEqual(Buffer.from(await peer.echo(data)), data);
    assert.equal(await peer.echo("text"), "text");
  });

  it("begins with the initial packet of the server", async (test) => {
    const peer = await connect(test, { path: "/initial/" });
    assert.equal(await peer.messages.next(), "welcome");
    assert.equal(await peer.echo("hello"), "hello");
  });
});
