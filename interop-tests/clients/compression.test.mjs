// permessage-deflate between the stock clients and the server. The compressed answers to polls are compared raw, in
// `differential`: outside of browsers these clients ask for none.
import assert from "node:assert/strict";
import { it } from "node:test";
import { differs, saw, unless } from "../support/behaviours.mjs";
import { ClientPeer, byPolling, describeEach, upgrading, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";

const text = "all work and no play makes Jack a dull boy. ".repeat(2000);
const offering = { perMessageDeflate: { threshold: 1024 } };

describeEach("compression", variants, (variant) => {
  const onWebSocket = { skip: unless(!byPolling(variant), "a matter of WebSockets") };

  const onServersTerms = { skip: onWebSocket.skip || differs("messagesOfTheServerMayStayUncompressed") };

  /** What `exchange` costs on the line: { up, down } in bytes. */
  async function cost(test, options, exchange) {
    const proxy = await CuttingProxy.startFor(test);
    const peer = await ClientPeer.connect(test, variant, { url: proxy.url, ...options });
    // What belongs to the upgrade is over when a message has gone through.
    await peer.echo("hello");
    const before = { ...proxy.bytes };
    await exchange(peer);
    const { extensions } = peer.socket.transport.ws;
    return { up: proxy.bytes.up - before.up, down: proxy.bytes.down - before.down, extensions };
  }

  const echoText = async (peer) => assert.ok((await peer.echo(text)) === text, "the echo is not what was sent");

  it("is used when both sides have it", onWebSocket, async (test) => {
    const { up, down, extensions } = await cost(test, { path: "/deflate/", ...offering }, echoText);
    assert.match(extensions, /permessage-deflate/);
    assert.ok(up < text.length / 20 && down < text.length / 20, `${up} bytes sent, ${down} received`);
  });

  it("is not agreed on by default", onWebSocket, async (test) => {
    const { up, down, extensions } = await cost(test, offering, echoText);
    assert.equal(extensions, "");
    assert.ok(up >= text.length && down >= text.length, `${up} bytes sent, ${down} received`);
  });

  it("is not agreed on when the client does not offer it", onWebSocket, async (test) => {
    const { up, down, extensions } = await cost(test, { path: "/deflate/", perMessageDeflate: false }, echoText);
    assert.equal(extensions, "");
    assert.ok(up >= text.length && down >= text.length, `${up} bytes sent, ${down} received`);
  });

  it("begins at the threshold of the server", onServersTerms, async (test) => {
    const small = await cost(test, { path: "/deflate/", ...offering }, (peer) => peer.echo("big:1000"));
    const large = await cost(test, { path: "/deflate/", ...offering }, (peer) => peer.echo("big:2000"));
    assert.ok(small.down > 1000 && large.down < 200, `${small.down} bytes for 1,000, ${large.down} for 2,000`);
  });

  it("is left out of a message of the server that asks for it", onServersTerms, async (test) => {
    const { down } = await cost(test, { path: "/deflate/", ...offering }, (peer) => peer.echo("plain:5000"));
    assert.ok(down > 5000, `${down} bytes received`);
  });

  it("is left out of a message of the client that asks for it", onWebSocket, async (test) => {
    const { up, down } = await cost(test, { path: "/deflate/", ...offering }, async (peer) => {
      peer.socket.send(text, { compress: false });
      assert.ok((await peer.messages.next()) === text, "the echo is not what was sent");
    });
    assert.ok(up >= text.length && down < text.length / 20, `${up} bytes sent, ${down} received`);
  });

  it("is agreed on without memory between messages", onWebSocket, async (test) => {
    const { extensions } = await cost(test, { path: "/deflate/", ...offering }, echoText);
    saw(test, extensions.split(";")[0]);
    assert.match(extensions, /^permessage-deflate/);
  });

  it("changes no message", async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path: "/deflate/", ...(upgrading(variant) ? {} : offering) });
    for (const size of [1, 1023, 1024, 1025, 70_000]) {
      const data = Buffer.alloc(size, "0123456789abcdef");
      assert.ok(data.equals(Buffer.from(await peer.echo(data))));
      assert.equal(await peer.echo(data.toString()), data.toString());
    }
  });
});
