// The limit of 10,000 bytes on /small/: what the server announces, what clients make of it, what happens beyond it.
import assert from "node:assert/strict";
import { it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { ClientPeer, byPolling, describeEach, upgrading, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { serverCloseOf } from "../support/stats.mjs";

const path = "/small/";
const limit = 10_000;

describeEach("size limit", variants, (variant) => {
  const { generation } = variant;
  const isPolling = byPolling(variant);
  const splitting = { skip: splits(variant) };

  it("lets a smaller message pass", async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    const text = "a".repeat(limit - 100);
    assert.equal(await peer.echo(text), text);
  });

  it("lets many messages pass that together are larger, one after the other", async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    const text = "a".repeat(limit / 2);
    for (let count = 0; count < 5; count++) {
      assert.equal(await peer.echo(text), text);
    }
  });

  it("does not bind the server", async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    assert.equal((await peer.echo("big:50000")).length, 50_000);
  });

  it("ends the client that sends a larger message", async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    await peer.echo("hello");
    peer.send("a".repeat(2 * limit));
    const client = await peer.closeDetails();
    const server = await serverCloseOf(hostUrl, peer.sid);
    // What is told first on a WebSocket, the reset or the close frame, is a matter of time.
    assert.match(client.reason, isPolling ? /^transport error$/ : /^transport (error|close)$/);
    // On polling the server only drops the body (413); the session ends because the client abandons its poll.
    assert.match(server.reason, isPolling ? /^transport (error|close)$/ : /^transport error$/);
    if (isPolling) {
      saw(test, client);
    }
  });

  it("ends the client that sends larger binary", async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    await peer.echo("hello");
    peer.send(Buffer.alloc(2 * limit));
    assert.match(await peer.closeReason(), isPolling ? /^transport error$/ : /^transport (error|close)$/);
  });

  for (const [kind, make] of [["texts", (size) => "a".repeat(size)], ["binary messages", (size) => Buffer.alloc(size, 1)]]) {
    it(`makes a client spread ${kind} over several posts`, splitting, async (test) => {
      const lengths = [];
      const proxy = await CuttingProxy.startFor(test, ({ kind: what, head }) => {
        if (what === "request" && head.startsWith("POST")) {
          lengths.push(Number(/content-length: (\d+)/i.exec(head)[1]));
        }
      });
      const peer = await ClientPeer.connect(test, variant, { path, url: proxy.url });
      // The first one travels alone: the others wait for it, and then they must be split.
      const sent = [10, 4000, 3000, 3000, 2000, 100, 6000, 100].map(make);
      sent.forEach((data) => peer.send(data));
      const received = await peer.messages.take(sent.length);
      assert.deepEqual(received.map((data) => data.length), sent.map((data) => data.length));
      assert.ok(lengths.length > 2 && lengths.every((length) => length <= limit), lengths.join());
      saw(test, lengths);
    });
  }

  const heedless = { skip: unless(isPolling && !generation.keepsToMaxPayload, "it keeps to the limit") };
  it("ends a client that puts too much into one post", heedless, async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    await peer.echo("hello");
    for (let count = 0; count < 5; count++) {
      peer.send("a".repeat(limit / 2));
    }
    assert.equal(await peer.closeReason(), "transport error");
    await serverCloseOf(hostUrl, peer.sid);
  });
});

/** Why a variant does not split what it posts, or false. */
function splits(variant) {
  if (!variant.generation.keepsToMaxPayload) {
    return "it does not know maxPayload";
  }
  return unless(!upgrading(variant) && byPolling(variant), "a WebSocket message is no payload of several");
}
