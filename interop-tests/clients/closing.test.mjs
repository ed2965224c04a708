// Who closes, who is told what, and that a new session follows.
import assert from "node:assert/strict";
import { it } from "node:test";
import { saw } from "../support/behaviours.mjs";
import { ClientPeer, byPolling, describeEach, upgrading, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { readStats, serverCloseOf } from "../support/stats.mjs";
import { within } from "../support/waiting.mjs";

describeEach("closing", variants, (variant) => {
  const { generation } = variant;
  const connect = (test, options) => ClientPeer.connect(test, variant, options);
  const isPolling = byPolling(variant);

  /** What both sides say about the end of a session. */
  async function sawTheEnd(test, peer) {
    const client = await peer.closeDetails();
    const { reason, details } = await serverCloseOf(hostUrl, peer.sid);
    saw(test, { client, server: { reason, details } });
    return { client: client.reason, server: reason };
  }

  it("tells the server that the client has closed", async (test) => {
    const peer = await connect(test);
    peer.close();
    assert.deepEqual(await sawTheEnd(test, peer), { client: "forced close", server: "transport close" });
    assert.equal((await serverCloseOf(hostUrl, peer.sid)).path, generation.path);
  });

  for (const command of ["close", "close-discard"]) {
    it(`tells the client that the server has closed (${command})`, async (test) => {
      const peer = await connect(test);
      // A discarding close waits for no poll. A host that serves requests in parallel may take the message before the
      // poll that was sent ahead of it on another connection: here the poll is given the time to arrive.
      await readStats(hostUrl);
      await readStats(hostUrl);
      peer.send(command);
      assert.deepEqual(await sawTheEnd(test, peer), { client: "transport close", server: "forced close" });
    });
  }

  it("delivers what was sent before the server closed", async (test) => {
    const peer = await connect(test);
    peer.send("say-and-close:goodbye");
    assert.equal(await peer.messages.next(), "goodbye");
    assert.deepEqual(await sawTheEnd(test, peer), { client: "transport close", server: "forced close" });
  });

  it("delivers what the client has sent before it closed", async (test) => {
    const { proxy, sent } = await startReadingProxy(test);
    const peer = await connect(test, { url: proxy.url });
    peer.send("the last words");
    peer.close();
    assert.equal(await peer.closeReason(), "forced close");
    assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "transport close");
    const packet = "4the last words";
    const body = generation.eio === 4 ? packet : `${packet.length}:${packet}`;
    assert.ok(sent.includes(isPolling ? `POST ${body.length}` : packet), sent.join());
  });

  it("sends nothing that comes after it", async (test) => {
    const peer = await connect(test);
    await peer.echo("hello");
    peer.close();
    peer.send("too late");
    assert.equal(await peer.closeReason(), "forced close");
    assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "transport close");
    assert.equal(peer.messages.waiting, 0);
  });

  it("hands out nothing more, even of what has come together", async (test) => {
    const peer = await connect(test);
    // Where the request itself has not left the client's buffer yet, the close waits for that.
    const statesAtMessages = [];
    peer.socket.on("message", () => {
      statesAtMessages.push(peer.socket.readyState);
      peer.close();
    });
    peer.send("burst:10");
    assert.equal(await peer.closeReason(), "forced close");
    assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "transport close");
    assert.equal(statesAtMessages[0], "open");
    assert.ok(!statesAtMessages.includes("closed"), statesAtMessages.join());
  });

  it("connects anew after a close, with another id", async (test) => {
    const first = await connect(test);
    first.close();
    await first.closeReason();
    const second = await connect(test);
    assert.notEqual(second.sid, first.sid);
    assert.equal(await second.echo("again"), "again");
  });

  it("connects anew after its connection was lost", async (test) => {
    const { proxy, pollArrived, cut, mend } = await startObservingProxy(test);
    const first = await connect(test, { url: proxy.url });
    if (isPolling) {
      await within(pollArrived, "a poll to be held");
      await readStats(hostUrl);
    } else {
      // The echo proves that the server, too, has finished the upgrade.
      await first.echo("hello");
    }
    cut();
    // A poll that breaks off ends the session, like a WebSocket that does.
    const reason = isPolling ? "transport error" : "transport close";
    assert.equal(await first.closeReason(), reason);
    const { reason: told, details } = await serverCloseOf(hostUrl, first.sid);
    assert.equal(told, reason);
    saw(test, { reason, details });
    mend();
    const second = await connect(test, { url: proxy.url });
    assert.notEqual(second.sid, first.sid);
    assert.equal(await second.echo("again"), "again");
  });

  it("ends a client that has not opened yet", async (test) => {
    const peer = new ClientPeer(test, variant);
    peer.close();
    // Some versions count a WebSocket that is still connecting as failed.
    const reason = await peer.closeReason();
    assert.match(reason, isPolling || upgrading(variant) ? /^forced close$/ : /^(forced close|transport error)$/);
    saw(test, { reason });
    assert.equal(peer.sid, undefined);
  });

  it("tells a client that nobody listens there", async (test) => {
    const proxy = await CuttingProxy.startFor(test);
    proxy.stop();
    const peer = new ClientPeer(test, variant, { url: proxy.url });
    assert.equal(await peer.closeReason(), "transport error");
    assert.equal(peer.errors.length, 1);
    saw(test, peer.errors.map(({ type, message }) => ({ type, message })));
  });

  it("tells a client that its session is unknown", async (test) => {
    const peer = new ClientPeer(test, variant, { query: { sid: "unknown" } });
    assert.equal(await peer.closeReason(), "transport error");
    saw(test, { end: await peer.closeDetails(), errors: peer.errors.map(({ type, message }) => ({ type, message })) });
  });
});

/** A proxy that notes the text frames of clients, and the lengths of their posts. */
async function startReadingProxy(test) {
  const sent = [];
  const proxy = await CuttingProxy.startFor(test, ({ kind, direction, text, head }) => {
    if (kind === "frame" && direction === "up") {
      sent.push(text);
    }
    if (kind === "request" && head.startsWith("POST")) {
      sent.push(`POST ${/content-length: (\d+)/i.exec(head)?.[1]}`);
    }
  });
  return { proxy, sent };
}

/** A proxy that tells when the first poll of a session has passed. From `cut` to `mend` nothing passes, no goodbye either. */
async function startObservingProxy(test) {
  let reportPoll;
  let isCut = false;
  const pollArrived = new Promise((resolve) => {
    reportPoll = resolve;
  });
  const proxy = await CuttingProxy.startFor(test, (event) => {
    if (event.kind === "request" && /^GET \S*[?&]sid=/.test(event.head)) {
      event.whenPassed = reportPoll;
    }
    return isCut ? "cut-before" : undefined;
  });
  const cut = () => {
    isCut = true;
    proxy.cutAll();
  };
  const mend = () => {
    isCut = false;
  };
  return { proxy, pollArrived, cut, mend };
}
