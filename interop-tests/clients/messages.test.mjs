// Messages of every kind and size through the stock clients, over each transport.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ClientPeer, closeAllPeers, variants } from "../support/clients.mjs";

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
  "a view into the middle of a larger buffer": new Uint8Array(everyByte.buffer, 3, 7),
  "an ArrayBuffer": everyByte.slice().buffer,
  "one byte": Uint8Array.of(0),
};

/** The largest message that fits: type digits, lengths and base64 count on the wire. */
function largestBinary({ generation, mode }) {
  if (mode.finalTransport === "polling") {
    return 740_000;
  }
  return generation.eio === 3 ? 999_999 : 1_000_000;
}

for (const variant of variants) {
  const connect = () => ClientPeer.connect(variant.generation, variant.mode);

  describe(variant.name, () => {
    afterEach(closeAllPeers);

    it("uses the transport that was asked for, on both sides", async () => {
      const peer = await connect();
      assert.equal(peer.transportName, variant.mode.finalTransport);
      assert.equal(await peer.echo("transport"), variant.mode.finalTransport);
    });

    it("echoes text", async () => {
      const peer = await connect();
      assert.equal(await peer.echo("hello"), "hello");
    });

    for (const [name, text] of Object.entries(unicode)) {
      it(`echoes ${name} of Unicode`, async () => {
        const peer = await connect();
        assert.equal(await peer.echo(text), text);
      });
    }

    for (const [name, data] of Object.entries(binaries)) {
      it(`echoes ${name}`, async () => {
        const peer = await connect();
        const sent = Buffer.from(ArrayBuffer.isView(data) ? data.slice() : data);
        const received = await peer.echo(data);
        assert.notEqual(typeof received, "string");
        assert.deepEqual(Buffer.from(received), sent);
      });
    }

    it("keeps the order of text and binary sent together", async () => {
      const peer = await connect();
      const sent = ["one", Buffer.from([1]), "two", Buffer.from([2, 2]), "three"];
      sent.forEach((data) => peer.send(data));
      const received = await peer.messages.take(sent.length);
      assert.deepEqual(received.map((data) => (typeof data === "string" ? data : Buffer.from(data))), sent);
    });

    it("echoes a text of one megabyte", async () => {
      const peer = await connect();
      const text = "0123456789".repeat(99_999);
      assert.equal(await peer.echo(text), text);
    });

    it("echoes a binary message of the largest size", async () => {
      const peer = await connect();
      const data = Buffer.alloc(largestBinary(variant), "binary \0\u00ff");
      assert.ok(data.equals(Buffer.from(await peer.echo(data))));
    });

    it("receives text and binary of two megabytes", async () => {
      const peer = await connect();
      assert.equal(await peer.echo("big:2000000"), "a".repeat(2_000_000));
      assert.ok(Buffer.alloc(2_000_000, "a").equals(Buffer.from(await peer.echo("bigbin:2000000"))));
    });

    it("receives a burst of 1,000 messages in order", async () => {
      const peer = await connect();
      peer.send("burst:1000");
      assert.deepEqual(await peer.messages.take(1000), Array.from({ length: 1000 }, (_, index) => String(index)));
    });

    it("echoes 1,000 messages in order", async () => {
      const peer = await connect();
      const sent = Array.from({ length: 1000 }, (_, index) => `message ${index}`);
      sent.forEach((text) => peer.send(text));
      assert.deepEqual(await peer.messages.take(1000), sent);
      assert.equal(peer.messages.waiting, 0);
    });

    it("receives a message that the server sends on its own", async () => {
      const peer = await connect();
      assert.equal(await peer.echo("later:50:it is late: good night"), "it is late: good night");
    });
  });
}
