// Coming back: automatically after a lost connection, with what the client has kept meanwhile.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SocketPeer, privateNamespace, together, variants } from "../support/socketio-peers.mjs";
import { within } from "../support/waiting.mjs";

const impatient = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 50 };

for (const variant of variants) {
  const { hasTimeout, hasPromises } = variant.generation;

  /** Resolves with the next connection of the client. */
  const nextConnection = (peer) => within(new Promise((resolve) => peer.socket.once("connect", resolve)), "the reconnection");

  describe(`reconnecting: ${variant.name}`, together, () => {
    it("happens when the server has closed the connection", async (test) => {
      const peer = await SocketPeer.connect(test, variant, impatient);
      const { id } = peer;
      const back = nextConnection(peer);
      peer.emit("close-engine");
      await back;
      assert.notEqual(peer.id, id);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("happens when the network has failed", async (test) => {
      const proxy = await CuttingProxy.start(hostUrl);
      test.after(() => proxy.stop());
      const peer = await SocketPeer.connect(test, variant, { ...impatient, url: proxy.url });
      for (let round = 0; round < 3; round++) {
        const back = nextConnection(peer);
        const gone = peer.disconnected();
        // A poll may be between two connections at any one moment.
        const cutting = setInterval(() => proxy.cutAll(), 5);
        await gone.finally(() => clearInterval(cutting));
        await back;
        assert.equal(await peer.askOne("sum", round, 1), round + 1);
      }
    });

    it("brings back every namespace", async (test) => {
      const namespace = privateNamespace();
      const peer = await SocketPeer.connect(test, variant, impatient);
      const others = [peer.join(test, "/chat", { auth: { name: "chat" } }), peer.join(test, namespace)];
      await Promise.all(others.map((other) => other.connected()));
      const back = [peer, ...others].map(nextConnection);
      peer.emit("close-engine");
      await Promise.all(back);
      assert.deepEqual((await others[0].askOne("handshake")).auth, { name: "chat" });
      assert.equal((await others[1].askOne("facts")).namespace, namespace);
    });

    it("does not happen when the server has said goodbye", async (test) => {
      const peer = await SocketPeer.connect(test, variant, impatient);
      let attempts = 0;
      peer.manager.on("reconnect_attempt", () => attempts++);
      const gone = peer.disconnected();
      peer.emit("leave-me", false);
      assert.equal(await gone, "io server disconnect");
      const other = await SocketPeer.connect(test, variant);
      await other.askOne("later", 60);
      assert.deepEqual([attempts, peer.socket.connected], [0, false]);
    });

    it("is not needed for what is sent before the first connection", async (test) => {
      const peer = SocketPeer.start(test, variant);
      for (let index = 0; index < 20; index++) {
        peer.emit("echo", index, index % 2 === 0 ? Buffer.from([index]) : "text");
      }
      const received = await peer.take("echo", 20);
      assert.deepEqual(received.map(([index]) => index), Array.from({ length: 20 }, (_, index) => index));
      assert.deepEqual(received[2][1], Buffer.from([2]));
    });

    it("brings what was sent meanwhile, in order", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.drop();
      peer.listen("echo");
      const answer = peer.askOne("sum", 20, 22);
      for (let index = 0; index < 20; index++) {
        peer.emit("echo", index);
      }
      peer.socket.connect();
      assert.deepEqual(await peer.take("echo", 20), Array.from({ length: 20 }, (_, index) => [index]));
      assert.equal(await answer, 42);
    });

    it("is too late for volatile events", { skip: unless(variant.generation.speaks === 5, "came with client 3") }, async (test) => {
      const peer = SocketPeer.start(test, variant).listen("echo");
      peer.socket.volatile.emit("echo", "fleeting");
      peer.emit("echo", "lasting");
      assert.deepEqual(await peer.next("echo"), ["lasting"]);
      await peer.settle();
      assert.equal(peer.waiting("echo"), 0);
    });

    it("with retries sends again what was not answered, and nothing twice", { skip: unless(hasPromises, "came with client 4.6") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant, { retries: 3, ackTimeout: 1500 });
      const key = randomUUID();
      const outcomes = [];
      const done = new Promise((resolve) => {
        peer.socket.emit("flaky", key, 2, (error, attempts) => outcomes.push([error, attempts]));
        peer.socket.emit("sum", 1, 2, (error, sum) => {
          outcomes.push([error, sum]);
          resolve();
        });
      });
      await within(done, "both answers");
      assert.deepEqual(outcomes, [[null, 2], [null, 3]]);
    });

    it("with retries keeps the queue over a lost connection", { skip: unless(hasPromises, "came with client 4.6") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant, { retries: 5, ackTimeout: 5000 });
      await peer.drop();
      const answers = Array.from({ length: 5 }, (_, index) => peer.socket.emitWithAck("sum", index, 1));
      peer.socket.connect();
      assert.deepEqual(await within(Promise.all(answers), "all answers"), [1, 2, 3, 4, 5]);
    });

    it("is not awaited longer than a timeout says", { skip: unless(hasTimeout, "came with client 4.4") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.drop();
      const error = await new Promise((resolve) => peer.socket.timeout(20).emit("sum", 1, 2, resolve));
      assert.ok(error instanceof Error);
    });
  });
}
