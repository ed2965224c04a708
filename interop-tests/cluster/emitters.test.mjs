// Emitters speak to a cluster from outside; every node obeys.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/waiting.mjs";
import { Cluster, Scene, together, wires } from "./support/clusters.mjs";
import { emitterFor } from "./support/emitters.mjs";

/** On each node a client in no room, one in red, one in red and blue. */
const family = [0, 1].flatMap((node) => [[node], [node, "red", "a-room-of-20-letters"], [node, "red", "blue"]]);

const values = [1, -1.5, null, true, "é😀", { deep: [[], {}] }];

const broadcasts = {
  "everybody": [(emitter) => emitter, [1, 1, 1]],
  "one room": [(emitter) => emitter.to("red"), [0, 1, 1]],
  "one room with a name of 20 characters": [(emitter) => emitter.to("a-room-of-20-letters"), [0, 1, 0]],
  "two rooms": [(emitter) => emitter.to("red").to("blue"), [0, 1, 1]],
  "everybody without a room": [(emitter) => emitter.except("red"), [1, 0, 0]],
  "a room without another": [(emitter) => emitter.in("red").except("blue"), [0, 1, 0]],
  "everybody, not compressed": [(emitter) => emitter.compress(false), [1, 1, 1]],
};

for (const wire of wires) {
  describe(`emitters, ${wire.name}:`, together, () => {
    let cluster;
    let emitter;
    before(async () => {
      cluster = await Cluster.open(wire);
      emitter = emitterFor(wire.adapter, cluster.redis, cluster.options);
    });
    after(() => cluster.close());

    /** What every client has got, once the emitter's mark has come. */
    const received = (scene) => scene.receivedFrom((mark) => emitter.of(scene.namespace).emit("mark", mark));

    it("reach exactly whom they name", async (test) => {
      const scene = await Scene.open(test, cluster, family);
      for (const [name, [operatorOf, expected]] of Object.entries(broadcasts)) {
        operatorOf(emitter.of(scene.namespace)).emit("news", name);
        assert.deepEqual((await received(scene)).map((events) => events.length), [...expected, ...expected], name);
      }
    });

    it("carry values and bytes", async (test) => {
      const scene = await Scene.open(test, cluster, [[0], [1]]);
      const bytes = { list: [Buffer.from([1, 2]), Buffer.alloc(0)] };
      emitter.of(scene.namespace).emit("news", ...values, new Date(1700000000123));
      emitter.of(scene.namespace).emit("news", bytes, ...values);
      const expected = [["news", ...values, "2023-11-14T22:13:20.123Z"], ["news", bytes, ...values]];
      assert.deepEqual(await received(scene), [expected, expected]);
    });

    it("keep the order of 200 events", async (test) => {
      const scene = await Scene.open(test, cluster, [[0], [1]]);
      const events = Array.from({ length: 200 }, (_, number) => ["news", number]);
      events.forEach((event) => emitter.of(scene.namespace).emit(...event));
      assert.deepEqual(await received(scene), [events, events]);
    });

    it("let sockets join and leave", async (test) => {
      const scene = await Scene.open(test, cluster, family);
      const roomsOf = async () =>
        Promise.all(
          family.map(async ([node], index) =>
            (await scene.do(node, "facts", { id: scene.ids[index] })).rooms.filter((room) => room.startsWith("new")),
          ),
        );
      emitter.of(scene.namespace).in("red").except("blue").socketsJoin(["new1", "new2"]);
      emitter.of(scene.namespace).socketsJoin("new3");
      emitter.of(scene.namespace).in("new1").socketsLeave("new2");
      const expected = JSON.stringify([0, 1].flatMap(() => [["new3"], ["new1", "new3"], ["new3"]]));
      await eventually(async () => JSON.stringify(await roomsOf()) === expected, "the rooms");
    });

    it("disconnect sockets, with and without their connections", async (test) => {
      const scene = await Scene.open(test, cluster, family);
      const besides = await Promise.all(scene.clients.map((client) => client.join("/")));
      const closed = [2, 5];
      const disconnected = [1, 4];
      const reasons = [...disconnected, ...closed].map((index) => scene.clients[index].disconnected());
      const reasonsBesides = closed.map((index) => besides[index].disconnected());
      emitter.of(scene.namespace).in("red").except("blue").disconnectSockets();
      emitter.of(scene.namespace).in("blue").disconnectSockets(true);
      assert.deepEqual(await Promise.all(reasons), Array(4).fill("io server disconnect"));
      assert.deepEqual(await Promise.all(reasonsBesides), Array(2).fill("io server disconnect"));
      assert.deepEqual([0, 1, 3, 4].map((index) => besides[index].socket.connected), Array(4).fill(true));
    });

    it("tell the servers", async (test) => {
      const scene = await Scene.open(test, cluster, []);
      await Promise.all([0, 1].map((node) => scene.do(node, "listen", { event: "news" })));
      emitter.of(scene.namespace).serverSideEmit("news", ...values);
      for (const node of [0, 1]) {
        const heard = await eventually(async () => {
          const events = await scene.do(node, "heard", { event: "news" });
          return events.length > 0 && events;
        }, "the news");
        assert.deepEqual(heard, [values]);
      }
    });
  });
}
