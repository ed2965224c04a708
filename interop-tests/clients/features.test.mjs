// Options of the server and of the clients that change what goes over the wire.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ClientPeer, closeAllPeers, generations, modes, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { serverCloseOf } from "../support/stats.mjs";

const [protocol4, protocol3] = generations;
const [polling, websocket, upgraded] = modes;

describe("compression", () => {
  afterEach(closeAllPeers);

  const text = "all work and no play makes Jack a dull boy. ".repeat(2000);

  async function bytesOfEcho(path) {
    const proxy = await CuttingProxy.start(hostUrl);
    const peer = await ClientPeer.connect(protocol4, websocket, { path, url: proxy.url, perMessageDeflate: { threshold: 1024 } });
    const before = { ...proxy.bytes };
    assert.equal(await peer.echo(text), text);
    const bytes = { up: proxy.bytes.up - before.up, down: proxy.bytes.down - before.down };
    const { extensions } = peer.socket.transport.ws;
    peer.close();
    await peer.closeReason();
    proxy.stop();
    return { bytes, extensions };
  }

  it("of WebSocket messages is used when both sides have it", async () => {
    const { bytes, extensions } = await bytesOfEcho("/deflate/");
    assert.match(extensions, /permessage-deflate/);
    assert.ok(bytes.up < text.length / 20, `${bytes.up} bytes sent`);
    assert.ok(bytes.down < text.length / 20, `${bytes.down} bytes received`);
  });

  it("of WebSocket messages is not agreed on by default", async () => {
    const { bytes, extensions } = await bytesOfEcho("/engine.io/");
    assert.equal(extensions, "");
    assert.ok(bytes.up >= text.length && bytes.down >= text.length);
  });

  for (const mode of modes) {
    it(`changes no message (${mode.name})`, async () => {
      const peer = await ClientPeer.connect(protocol4, mode, { path: "/deflate/" });
      for (const size of [1, 1023, 1024, 1025, 70_000]) {
        const data = Buffer.alloc(size, "0123456789abcdef");
        assert.ok(data.equals(Buffer.from(await peer.echo(data))));
        assert.equal(await peer.echo(data.toString()), data.toString());
      }
    });
  }
});

describe("cookie", () => {
  afterEach(closeAllPeers);

  it("of the handshake comes back with every later request of a client that keeps cookies", async () => {
    const heads = [];
    const proxy = await CuttingProxy.start(hostUrl, ({ kind, head }) => {
      if (kind === "request") {
        heads.push(head);
      }
    });
    const peer = await ClientPeer.connect(protocol4, polling, { path: "/cookie/", url: proxy.url, withCredentials: true });
    assert.equal(await peer.echo("hello"), "hello");
    const later = heads.filter((head) => head.includes("sid="));
    assert.ok(later.length >= 2);
    for (const head of later) {
      assert.match(head, new RegExp(`cookie: io=${peer.sid}`, "i"));
    }
    peer.close();
    await peer.closeReason();
    proxy.stop();
  });
});

describe("initial packet", () => {
  afterEach(closeAllPeers);

  for (const { name, generation, mode } of variants) {
    it(`is the first message (${name})`, async () => {
      const peer = await ClientPeer.connect(generation, mode, { path: "/initial/" });
      assert.equal(await peer.messages.next(), "welcome");
      assert.equal(await peer.echo("hello"), "hello");
    });
  }
});

describe("base64 clients", () => {
  afterEach(closeAllPeers);

  for (const { name, generation, mode } of variants) {
    it(`exchange binary (${name})`, async () => {
      const peer = await ClientPeer.connect(generation, mode, { forceBase64: true });
      const data = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      assert.deepEqual(Buffer.from(await peer.echo(data)), data);
      assert.equal(await peer.echo("text"), "text");
    });
  }
});

describe("restricted transports", () => {
  afterEach(closeAllPeers);

  it("let a client that begins with polling stay there", async () => {
    const peer = new ClientPeer(protocol4, { path: "/polling-only/", transports: upgraded.transports });
    await peer.waitForOpen();
    assert.equal(await peer.echo("transport"), "polling");
  });

  it("let a WebSocket client in", async () => {
    const peer = await ClientPeer.connect(protocol4, websocket, { path: "/websocket-only/" });
    assert.equal(await peer.echo("transport"), "websocket");
  });

  it("refuse what is not listed", async () => {
    for (const [path, mode] of [["/polling-only/", websocket], ["/websocket-only/", polling]]) {
      const peer = new ClientPeer(protocol4, { path, transports: mode.transports });
      assert.equal(await peer.closeReason(), "transport error");
      assert.equal(peer.errors.length, 1);
    }
  });

  it("lead a client that may try all transports to the one that works", async () => {
    const peer = new ClientPeer(protocol4, { path: "/websocket-only/", transports: upgraded.transports, tryAllTransports: true });
    await peer.waitForOpen();
    assert.equal(await peer.echo("transport"), "websocket");
  });
});

describe("refused handshakes", () => {
  afterEach(closeAllPeers);

  for (const mode of [polling, websocket]) {
    const refusals = {
      "protocol 3 where it is not allowed": [protocol3, { path: "/engine.io/" }],
      "a request that allowRequest denies": [protocol4, { path: "/allow/", query: { deny: "1" } }],
      "a request that a middleware fails": [protocol4, { path: "/middleware/", query: { refuse: "1" } }],
    };
    for (const [name, [generation, options]] of Object.entries(refusals)) {
      it(`are told to the client: ${name} (${mode.name})`, async () => {
        const peer = new ClientPeer(generation, { transports: mode.transports, ...options });
        const reason = await peer.closeReason();
        // A refusal after the 101 is a close without an error.
        assert.match(reason, /^transport (error|close)$/);
        assert.equal(peer.sid, undefined);
      });
    }
  }

  for (const path of ["/allow/", "/middleware/", "/headers/", "/cors/"]) {
    for (const mode of modes) {
      it(`are not the rule: ${path} lets a harmless client in (${mode.name})`, async () => {
        const peer = await ClientPeer.connect(protocol4, mode, { path });
        assert.equal(await peer.echo("hello"), "hello");
      });
    }
  }
});

describe("size limit of 10,000 bytes", () => {
  afterEach(closeAllPeers);

  for (const { name, generation, mode } of variants) {
    const isPolling = mode.finalTransport === "polling";

    it(`lets a smaller message pass (${name})`, async () => {
      const peer = await ClientPeer.connect(generation, mode, { path: "/small/" });
      const text = "a".repeat(9_900);
      assert.equal(await peer.echo(text), text);
    });

    it(`ends the client that sends a larger one (${name})`, async () => {
      const peer = await ClientPeer.connect(generation, mode, { path: "/small/" });
      await peer.echo("hello");
      peer.send("a".repeat(20_000));
      assert.match(await peer.closeReason(), isPolling ? /^transport error$/ : /^transport (error|close)$/);
      // On polling the server only drops the body (413); the session ends because the client abandons its poll.
      assert.match((await serverCloseOf(hostUrl, peer.sid)).reason, isPolling ? /^transport (error|close)$/ : /^transport error$/);
    });
  }
});
