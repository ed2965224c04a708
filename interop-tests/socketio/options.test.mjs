// What a client can be told about its connection: addresses, queries, headers, transports, sharing.
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { connect, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { describe, it } from "node:test";
import { Fetch, NodeWebSocket, NodeXHR } from "engine.io-client";
import { expectedOf, saw, unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SocketPeer, latestVariants, privateNamespace, together, variantsOf } from "../support/socketio-peers.mjs";
import { eventually } from "../support/waiting.mjs";

const hasIPv6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === "::1");

/** The host's port on the other loopback address. */
async function onIPv6(test) {
  const { hostname, port } = new URL(hostUrl);
  const server = createServer((client) => {
    const target = connect(Number(port), hostname);
    client.pipe(target).pipe(client);
    [client, target].forEach((socket) => socket.on("error", () => {}));
  });
  await new Promise((resolve) => server.listen(0, "::1", resolve));
  test.after(() => server.close());
  return `http://[::1]:${server.address().port}`;
}

/** A proxy that writes down the heads of requests and answers. */
async function listeningProxy(test) {
  const heads = { request: [], answer: [] };
  const proxy = await CuttingProxy.start(hostUrl, ({ kind, head }) => {
    heads[kind]?.push(head);
  });
  test.after(() => proxy.stop());
  return { url: proxy.url, ...heads };
}

const headerOf = (head, name) => new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1].trim();

for (const variant of variantsOf("client options")) {
  const { generation, mode } = variant;
  const isOld = generation.speaks === 4;
  const { transports, finalTransport } = mode;

  /** Connects to an address of its own, so that sharing can be seen, without what the other tests ask for. */
  async function sharing(test) {
    const { url } = await listeningProxy(test);
    return (namespace, options = {}) =>
      new SocketPeer(test, variant, generation.io(url + namespace, { path: generation.path, transports, reconnection: false, ...options }));
  }

  describe(`client options: ${variant.name}`, together, () => {
    it("take the namespace and the query from the address", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: "/chat?custom=a%20b%26" });
      assert.equal((await peer.askOne("facts")).namespace, "/chat");
      assert.equal((await peer.askOne("handshake")).query, "a b&");
    });

    it("take the query as a text", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { query: "custom=%C3%A9%20%F0%9F%98%80&other=1" });
      assert.equal((await peer.askOne("handshake")).query, "é 😀");
    });

    it("take addresses in every form", async (test) => {
      const { host, port } = new URL(hostUrl);
      for (const url of [`${hostUrl}/`, `ws://${host}`, `http://localhost:${port}`, `http://user:word@${host}`]) {
        const peer = await SocketPeer.connect(test, variant, { url, namespace: "" });
        assert.equal(await peer.askOne("sum", 1, 2), 3, url);
      }
    });

    it("take an address of IPv6", { skip: unless(hasIPv6, "no IPv6 on this machine") }, async (test) => {
      const url = await onIPv6(test);
      if (transports[0] === "polling" && !expectedOf(test, "hostsWithoutBracketsAreServed")) {
        // A Node client that polls writes such an address into the Host header without its brackets.
        assert.equal((await SocketPeer.start(test, variant, { url }).failure()).message, "xhr poll error");
        return;
      }
      const peer = await SocketPeer.connect(test, variant, { url });
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("take a path without its last slash", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { path: generation.path.slice(0, -1) });
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    const withoutSlash = { skip: unless(generation.hasTrailingSlashOption, "came with client 4.6") };

    it("can leave the last slash of the path out, for a server that has none", withoutSlash, async (test) => {
      const error = await SocketPeer.start(test, variant, { addTrailingSlash: false }).failure();
      assert.ok(error instanceof Error);
    });

    it("can hold the connection back until it is wanted", async (test) => {
      const { url, request } = await listeningProxy(test);
      const peer = SocketPeer.start(test, variant, { url, autoConnect: false });
      peer.emit("echo", "early");
      await (await SocketPeer.connect(test, variant)).askOne("later", 20);
      assert.deepEqual([request.length, peer.socket.connected], [0, false]);
      peer.listen("echo");
      peer.socket.connect();
      await peer.connected();
      assert.deepEqual(await peer.next("echo"), ["early"]);
    });

    it("let namespaces of one address share a connection", async (test) => {
      const open = await sharing(test);
      const [main, chat] = [open("/"), open("/chat")];
      await Promise.all([main.connected(), chat.connected()]);
      assert.equal(main.manager, chat.manager);
      assert.equal((await chat.askOne("facts")).namespace, "/chat");
    });

    it("give the same namespace a second connection", async (test) => {
      const open = await sharing(test);
      const [first, second] = [open("/"), open("/")];
      await Promise.all([first.connected(), second.connected()]);
      assert.notEqual(first.manager, second.manager);
      assert.notEqual(first.id, second.id);
      assert.deepEqual(await Promise.all([first.askOne("sum", 1, 1), second.askOne("sum", 2, 2)]), [2, 4]);
    });

    it("can ask for a connection of its own", async (test) => {
      const open = await sharing(test);
      const peers = [open("/"), open("/chat", { multiplex: false }), open("/admin", { forceNew: true })];
      await Promise.all(peers.map((peer) => peer.connected()));
      assert.equal(new Set(peers.map(({ manager }) => manager)).size, 3);
    });

    it("give headers to every request", async (test) => {
      const { url, request } = await listeningProxy(test);
      const peer = await SocketPeer.connect(test, variant, { url, extraHeaders: { "X-Custom": "a b" } });
      assert.equal((await peer.askOne("handshake")).header, "a b");
      assert.deepEqual([...new Set(request.map((head) => headerOf(head, "x-custom")))], ["a b"]);
    });

    it("can differ for each transport", async (test) => {
      const { url, request } = await listeningProxy(test);
      const headers = (name) => ({ extraHeaders: { "X-Custom": name } });
      const transportOptions = { polling: headers("polling"), websocket: headers("websocket") };
      const peer = await SocketPeer.connect(test, variant, { url, transportOptions });
      assert.equal((await peer.askOne("handshake")).header, transports[0]);
      const seen = [...new Set(request.map((head) => headerOf(head, "x-custom")))];
      assert.deepEqual(seen, transports);
    });

    it("can forbid binary frames", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { forceBase64: true });
      const bytes = Buffer.from([0, 1, 254, 255]);
      peer.emit("echo", bytes, { again: bytes }, "é😀");
      assert.deepEqual(await peer.next("echo"), [bytes, { again: bytes }, "é😀"]);
      assert.deepEqual(await peer.ask("echo-ack", bytes), [bytes]);
    });

    it("can forbid the upgrade", { skip: unless(transports.length > 1, "nothing to upgrade") }, async (test) => {
      const peer = SocketPeer.start(test, variant, { upgrade: false });
      await peer.connected();
      assert.equal((await peer.askOne("facts")).transport, "polling");
      await peer.askOne("later", 50);
      assert.equal((await peer.askOne("facts")).transport, "polling");
    });

    it("can name a subprotocol", { skip: unless(finalTransport === "websocket", "only WebSockets have them") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant, { protocols: ["first", "second"] });
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      saw(test, peer.manager.engine.transport.ws.protocol ?? "");
    });

    it("keep connections open between requests with an agent", async (test) => {
      const agent = new Agent({ keepAlive: true });
      test.after(() => agent.destroy());
      const peer = await SocketPeer.connect(test, variant, { agent });
      for (let index = 0; index < 5; index++) {
        assert.equal(await peer.askOne("sum", index, 1), index + 1);
      }
      peer.emit("echo", Buffer.from([1]));
      assert.deepEqual(await peer.next("echo"), [Buffer.from([1])]);
    });

    const onWebSocket = { skip: unless(finalTransport === "websocket", "only WebSockets are compressed so") };

    it("decide whether messages are compressed", onWebSocket, async (test) => {
      const text = "compress me ".repeat(2000);
      const sizes = [];
      for (const perMessageDeflate of [{ threshold: 100 }, false]) {
        const proxy = await CuttingProxy.start(hostUrl);
        test.after(() => proxy.stop());
        const peer = await SocketPeer.connect(test, variant, { url: proxy.url, path: "/io-deflate/", perMessageDeflate });
        const isLarge = [];
        for (const compress of [true, false]) {
          const { up, down } = proxy.bytes;
          peer.socket.compress(compress).emit("compress-me", compress, "compressed", text);
          assert.deepEqual(await peer.next("compressed"), [text]);
          isLarge.push([proxy.bytes.up - up > text.length, proxy.bytes.down - down > text.length]);
        }
        sizes.push(isLarge);
      }
      assert.deepEqual(sizes[1], [[true, true], [true, true]]);
      assert.deepEqual(sizes[0].map(([, down]) => down), [false, expectedOf(test, "messagesOfTheServerMayStayUncompressed")]);
      assert.deepEqual(sizes[0].map(([up]) => up), [false, true]);
    });

    const hasClasses = { skip: unless(generation.hasTransportClasses, "came with client 4.8") };

    it("can fall back on another transport", hasClasses, async (test) => {
      const peer = await SocketPeer.start(test, variant, {
        path: "/io-websocket-only/",
        transports: ["polling", "websocket"],
        tryAllTransports: true,
      }).connected();
      assert.equal((await peer.askOne("facts")).transport, "websocket");
    });

    it("can bring their own transports", hasClasses, async (test) => {
      let packets = 0;
      class Counting extends NodeWebSocket {
        write(written) {
          packets += written.length;
          super.write(written);
        }
      }
      const [polling, counted] = [Fetch, Counting];
      const chosen = transports.map((name) => (name === "polling" ? polling : counted));
      const peer = await SocketPeer.connect(test, variant, { transports: chosen });
      peer.emit("echo", Buffer.from([1, 2]), "é😀");
      assert.deepEqual(await peer.next("echo"), [Buffer.from([1, 2]), "é😀"]);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      assert.equal(packets > 0, finalTransport === "websocket");
      if (finalTransport === "polling") {
        const other = await SocketPeer.connect(test, variant, { transports: [NodeXHR], namespace: privateNamespace() });
        assert.equal(await other.askOne("sum", 1, 2), 3);
      }
      assert.equal(isOld, false);
    });
  });
}

for (const variant of latestVariants) {
  // What is remembered belongs to all clients of a process: nothing runs beside it.
  describe(`remembered upgrades: ${variant.name}`, () => {
    it("let the next connection begin with a WebSocket", { skip: unless(variant.mode.transports.length > 1, "nothing to upgrade") }, async (test) => {
      const first = SocketPeer.start(test, variant, { rememberUpgrade: true });
      await first.connected();
      await eventually(async () => (await first.askOne("facts")).transport === "websocket", "the upgrade");
      const next = SocketPeer.start(test, variant, { rememberUpgrade: true });
      await next.connected();
      assert.equal((await next.askOne("facts")).transport, "websocket");
    });
  });
}
