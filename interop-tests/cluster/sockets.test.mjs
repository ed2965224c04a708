// The sockets of a whole cluster: seen, moved between rooms and disconnected from any node.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/waiting.mjs";
import { Cluster, Scene, together, turns, wires } from "./support/clusters.mjs";

const familyOf = ({ acting, other }) => [[acting], [acting, "red"], [other, "red"], [other, "red", "blue"]];

const inOrder = (items) => [...items].sort((left, right) => (left < right ? -1 : 1));

const targets = {
  "everybody": [{}, [0, 1, 2, 3]],
  "one room": [{ to: ["red"] }, [1, 2, 3]],
  "two rooms": [{ to: ["red", "blue"] }, [1, 2, 3]],
  "a room without another": [{ to: ["red"], except: ["blue"] }, [1, 2]],
  "everybody without a room": [{ except: ["red"] }, [0]],
  "an empty room": [{ to: ["nobody"] }, []],
  "the acting node": [{ flags: ["local"] }, [0, 1]],
};

/** The rooms of each client, apart from its own, as its own node sees them. */
async function roomsOf(scene, members) {
  const facts = await Promise.all(members.map(([node], index) => scene.do(node, "facts", { id: scene.ids[index] })));
  return facts.map((fact, index) => fact.rooms.filter((room) => room !== scene.ids[index]));
}

/** Comes back once the rooms are as expected. */
async function roomsBecome(scene, members, expected) {
  let rooms;
  const areAsExpected = async () => {
    rooms = await roomsOf(scene, members);
    return JSON.stringify(rooms) === JSON.stringify(expected);
  };
  await eventually(areAsExpected, `the rooms ${JSON.stringify(expected)}`).catch((error) => {
    throw new Error(`${error.message}; they are ${JSON.stringify(rooms)}`);
  });
}

for (const wire of wires) {
  describe(`sockets, ${wire.name}:`, together, () => {
    let cluster;
    before(async () => {
      cluster = await Cluster.open(wire);
    });
    after(() => cluster.close());

    for (const turn of turns) {
      const { acting, other } = turn;
      const members = familyOf(turn);

      it(`are found on all nodes (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, members);
        for (const [name, [target, expected]] of Object.entries(targets)) {
          const found = await scene.do(acting, "fetch", { target });
          assert.deepEqual(found.map(({ id }) => id), inOrder(expected.map((index) => scene.ids[index])), name);
        }
      });

      it(`show their rooms, data and handshake (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, []);
        const auth = { rooms: ["red", "grün 😀"], data: { name: "bob é", nested: { list: [1, -1.5, null, { deep: true }], empty: {} } } };
        const options = { auth, query: { custom: "x y&é" }, extraHeaders: { "x-custom": "a header" } };
        const client = await scene.connect(other, options);
        const [found, ...more] = await scene.do(acting, "fetch");
        assert.deepEqual(more, []);
        assert.deepEqual([found.id, found.rooms, found.data], [client.id, inOrder([client.id, "red", "grün 😀"]), auth.data]);
        const { handshake } = found;
        assert.deepEqual(
          [handshake.auth, handshake.query.custom, handshake.query.EIO, handshake.headers["x-custom"], handshake.address],
          [auth, "x y&é", "4", "a header", "127.0.0.1"],
        );
        assert.deepEqual([handshake.secure, handshake.xdomain, handshake.url.startsWith("/socket.io/?")], [false, false, true]);
        assert.ok(Math.abs(Date.now() - handshake.issued) < 60_000 && new Date(handshake.time).getTime() <= handshake.issued, "times");
        const [seenAtHome] = await scene.do(other, "fetch", { target: { flags: ["local"] } });
        // Two hosts write the same moment in two ways, and Node looks at the clock once for each of the two times.
        seenAtHome.handshake.time = handshake.time;
        assert.deepEqual(found, seenAtHome);
      });

      it(`show data that the server has changed (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[other]]);
        await scene.do(other, "set", { id: scene.ids[0], data: { count: 4294967296, text: "x".repeat(70_000) } });
        const [{ data }] = await scene.do(acting, "fetch");
        assert.deepEqual(data, { count: 4294967296, text: "x".repeat(70_000) });
      });

      it(`join and leave (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, members);
        await scene.do(acting, "join", { target: { to: ["red"] }, rooms: ["a", "b"] });
        await roomsBecome(scene, members, [[], ["a", "b", "red"], ["a", "b", "red"], ["a", "b", "blue", "red"]]);
        await scene.do(acting, "leave", { target: { to: ["a"], except: ["blue"] }, rooms: ["a", "red"] });
        await roomsBecome(scene, members, [[], ["b"], ["b"], ["a", "b", "blue", "red"]]);
        await scene.do(acting, "join", { rooms: ["everybody"] });
        await roomsBecome(scene, members, [["everybody"], ["b", "everybody"], ["b", "everybody"], ["a", "b", "blue", "everybody", "red"]]);
        await scene.do(acting, "leave", { target: { flags: ["local"] }, rooms: ["everybody"] });
        await roomsBecome(scene, members, [[], ["b"], ["b", "everybody"], ["a", "b", "blue", "everybody", "red"]]);
        await scene.do(acting, "join", { target: { to: [scene.ids[3]] }, rooms: ["alone"] });
        await roomsBecome(scene, members, [[], ["b"], ["b", "everybody"], ["a", "alone", "b", "blue", "everybody", "red"]]);
      });

      it(`get what is sent to a room that another node has let them join (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, members);
        await scene.do(acting, "join", { target: { to: ["blue"] }, rooms: ["fresh"] });
        await roomsBecome(scene, members, [[], ["red"], ["red"], ["blue", "fresh", "red"]]);
        await cluster.roomIsKnown(scene.namespace, "fresh", 1);
        await scene.do(acting, "emit", { target: { to: ["fresh"] }, args: ["news"] });
        assert.deepEqual(await scene.counts(acting), [0, 0, 0, 1]);
      });

      it(`are disconnected from the namespace alone (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, members);
        const besides = await Promise.all(scene.clients.map((client) => client.join("/")));
        const reasons = [1, 2].map((index) => scene.clients[index].disconnected());
        await scene.do(acting, "disconnect", { target: { to: ["red"], except: ["blue"] }, close: false });
        assert.deepEqual(await Promise.all(reasons), ["io server disconnect", "io server disconnect"]);
        const left = await scene.do(acting, "fetch");
        assert.deepEqual(left.map(({ id }) => id), inOrder([scene.ids[0], scene.ids[3]]));
        assert.deepEqual(besides.map(({ socket }) => socket.connected), [true, true, true, true]);
      });

      it(`are disconnected with their connections (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, members);
        const besides = await Promise.all(scene.clients.map((client) => client.join("/")));
        const reasons = [3, 1, 2].map((index) => scene.clients[index].disconnected());
        const reasonsBesides = [3, 1, 2].map((index) => besides[index].disconnected());
        await scene.do(acting, "disconnect", { target: { to: ["red"] }, close: true });
        assert.deepEqual(await Promise.all(reasons), Array(3).fill("io server disconnect"));
        assert.deepEqual(await Promise.all(reasonsBesides), Array(3).fill("io server disconnect"));
        await eventually(() => scene.clients[3].socket.io.engine.readyState === "closed", "the connection to end");
        assert.deepEqual((await scene.do(acting, "fetch")).map(({ id }) => id), [scene.clients[0].id]);
      });

      it(`are reached one by one (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, members);
        const remote = (index, action, rest) => scene.do(acting, "remote", { id: scene.ids[index], action, ...rest });
        await remote(2, "emit", { args: ["news", { bytes: Buffer.from([1, 2]) }] });
        await remote(1, "emit", { args: ["news", "é"] });
        assert.deepEqual(await scene.received(acting), [[], [["news", "é"]], [["news", { bytes: Buffer.from([1, 2]) }]], []]);
        await remote(2, "join", { rooms: ["a", "b"] });
        await roomsBecome(scene, members, [[], ["red"], ["a", "b", "red"], ["blue", "red"]]);
        await remote(2, "leave", { rooms: ["a", "red"] });
        await roomsBecome(scene, members, [[], ["red"], ["b"], ["blue", "red"]]);
        const gone = scene.clients[2].disconnected();
        await remote(2, "disconnect", { close: false });
        assert.equal(await gone, "io server disconnect");
        const goneWithConnection = scene.clients[3].disconnected();
        await remote(3, "disconnect", { close: true });
        assert.equal(await goneWithConnection, "io server disconnect");
        assert.deepEqual((await scene.do(acting, "fetch")).map(({ id }) => id), inOrder([scene.ids[0], scene.ids[1]]));
      });

      if (wire.adapter === "classic") {
        it(`are in rooms that any node can list (${turn.name})`, async (test) => {
          const scene = await Scene.open(test, cluster, members);
          assert.deepEqual(await scene.do(acting, "allRooms"), inOrder([...scene.ids, "red", "blue"]));
        });
      }
    }
  });
}
