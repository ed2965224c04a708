// Attempts to connect that fail before any namespace is asked: what the client is told, and what it does next.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SocketPeer, together, variantsOf } from "../support/socketio-peers.mjs";
import { eventually } from "../support/waiting.mjs";

const impatient = { reconnection: true, reconnectionDelay: 10, reconnectionDelayMax: 20, randomizationFactor: 0 };

/** An address at which nobody listens. */
async function deadAddress() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** The error of a client as the result table can compare it. */
function described(error) {
  const { description, context } = error;
  const text = typeof description === "number" ? description : description?.message?.replace(/:\d+/, ":PORT");
  return {
    message: error.message ?? error,
    isError: error instanceof Error,
    type: error.type ?? null,
    description: text ?? null,
    status: context?.status ?? null,
    body: context?.responseText ?? null,
  };
}

for (const variant of variantsOf("failing to connect")) {
  const { hasDetails } = variant.generation;
  const isOld = variant.generation.speaks === 4;
  const isWebSocket = variant.mode.transports[0] === "websocket";
  const message = isWebSocket ? "websocket error" : "xhr poll error";

  async function throughProxy(test, rule, options) {
    const proxy = await CuttingProxy.start(hostUrl, rule);
    test.after(() => proxy.stop());
    return { proxy, peer: SocketPeer.start(test, variant, { url: proxy.url, ...options }) };
  }

  describe(`failing to connect: ${variant.name}`, together, () => {
    it("because nobody listens", async (test) => {
      const peer = SocketPeer.start(test, variant, { url: await deadAddress() });
      const error = described(await peer.failure());
      assert.equal(error.message, message);
      assert.equal(peer.socket.connected, false);
      saw(test, error);
    });

    it("because the path belongs to nobody", async (test) => {
      const error = described(await SocketPeer.start(test, variant, { path: "/nowhere/" }).failure());
      assert.equal(error.message, message);
      assert.equal(error.type, "TransportError");
    });

    it("because the server's own check says no", async (test) => {
      const error = described(await SocketPeer.start(test, variant, { path: "/io-guarded/", query: { deny: "1" } }).failure());
      assert.equal(error.message, message);
      saw(test, error);
    });

    it("because a middleware of the engine says no", async (test) => {
      const error = described(await SocketPeer.start(test, variant, { path: "/io-guarded/", query: { refuse: "1" } }).failure());
      assert.equal(error.message, message);
      saw(test, error);
    });

    it("because the server does not have the transport", { skip: unless(!isWebSocket, "the server has this one") }, async (test) => {
      const error = described(await SocketPeer.start(test, variant, { path: "/io-websocket-only/" }).failure());
      assert.equal(error.message, message);
      saw(test, error);
    });

    it("because the server does not speak to version 2", { skip: unless(isOld, "it speaks the server's version") }, async (test) => {
      const error = described(await SocketPeer.start(test, variant, { path: "/socket.io/" }).failure());
      assert.equal(error.message, message);
      // On a WebSocket Node's refusal comes behind the 101, as bytes that are no frame.
      if (!isWebSocket) {
        saw(test, error);
      }
    });

    it("because a proxy in front answers for the server", async (test) => {
      const { peer } = await throughProxy(test, ({ kind }) => (kind === "request" ? "refuse" : undefined));
      const error = described(await peer.failure());
      assert.deepEqual([error.message, isWebSocket ? error.description : Number(error.description)], [
        message,
        isWebSocket ? "Unexpected server response: 502" : 502,
      ]);
    });

    it("because the connection is cut before the answer", async (test) => {
      const { peer } = await throughProxy(test, ({ kind }) => (kind === "request" ? "cut-after" : undefined));
      assert.equal(described(await peer.failure()).message, message);
    });

    it("because no answer comes in time", async (test) => {
      const proxy = await CuttingProxy.start(hostUrl);
      test.after(() => proxy.stop());
      proxy.goSilent();
      const peer = SocketPeer.start(test, variant, { url: proxy.url, timeout: 40 });
      const error = await peer.failure();
      // Before 4.5 the client closes its own attempt first, and tells of that.
      assert.match(error.message ?? error, hasDetails ? /^timeout$/ : /^timeout$|^websocket error$/);
      assert.equal(peer.socket.connected, false);
    });

    it("and the client goes on trying as often as it was told", async (test) => {
      const peer = SocketPeer.start(test, variant, { url: await deadAddress(), ...impatient, reconnectionAttempts: 2 });
      const seen = [];
      for (const event of ["reconnect_attempt", "reconnect_error", "reconnect_failed"]) {
        peer.manager.on(event, (value) => seen.push([event, value?.message ?? value ?? null]));
      }
      await eventually(() => seen.some(([event]) => event === "reconnect_failed"), "the client to give up");
      assert.deepEqual(seen.filter(([event]) => event === "reconnect_attempt"), [["reconnect_attempt", 1], ["reconnect_attempt", 2]]);
      assert.equal(seen.filter(([event]) => event === "reconnect_failed").length, 1);
      assert.equal(peer.socket.connected, false);
    });

    it("and waiting a little longer before each attempt", async (test) => {
      const peer = SocketPeer.start(test, variant, {
        url: await deadAddress(),
        ...impatient,
        reconnectionDelayMax: 200,
        reconnectionAttempts: 4,
      });
      const times = [Date.now()];
      peer.manager.on("reconnect_attempt", () => times.push(Date.now()));
      await eventually(() => times.length === 5, "four attempts");
      const waits = times.slice(1).map((time, index) => time - times[index]);
      // 10, 20, 40 and 80 ms, half of it at least: older clients always leave something to chance. A timer may ring a millisecond early.
      waits.forEach((wait, index) => assert.ok(wait >= 5 * 2 ** index - 2, `${waits}`));
    });

    it("until the server's check is content", async (test) => {
      const query = { deny: "1", custom: "kept" };
      const peer = SocketPeer.start(test, variant, { path: "/io-guarded/", ...impatient, query });
      await peer.failure();
      const back = peer.nextOwn("connect");
      peer.manager.opts.query.deny = "0";
      await back;
      assert.equal((await peer.askOne("handshake")).query, "kept");
    });

    const whereARefusalIsTheEnd = { skip: unless(hasDetails, "a refused socket counts as active before client 4.5") };

    it("leaves a refused namespace alone and tries a lost connection again", whereARefusalIsTheEnd, async (test) => {
      const refused = SocketPeer.start(test, variant, { namespace: "/nope", ...impatient });
      await refused.refusal();
      assert.equal(refused.socket.active, false);
      const failed = SocketPeer.start(test, variant, { url: await deadAddress(), ...impatient });
      await failed.failure();
      assert.equal(failed.socket.active, true);
    });

    it("is no failure when the client itself gives up while it connects", async (test) => {
      const peer = SocketPeer.start(test, variant);
      const seen = [];
      ["connect", "connect_error", "disconnect"].forEach((event) => peer.socket.on(event, () => seen.push(event)));
      peer.disconnect();
      const other = await SocketPeer.connect(test, variant);
      await other.askOne("later", 20);
      assert.deepEqual(seen, []);
    });
  });
}
