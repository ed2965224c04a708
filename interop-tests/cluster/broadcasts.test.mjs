// Broadcasts over a cluster: who gets what, unchanged and in order.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Cluster, Scene, together, turns, wires } from "./support/clusters.mjs";
import { withDatesOfJavaScript } from "./support/values.mjs";

const roomOf20Letters = "a-room-of-20-letters";

/** Three clients on each node: in no room, in red, in red and blue; those of the acting node come first. */
const familyOf = ({ acting, other }) => [acting, other].flatMap((node) => [[node], [node, "red", roomOf20Letters, "grün 😀#"], [node, "red", "blue"]]);

const targets = {
  "everybody": [{}, [1, 1, 1, 1, 1, 1]],
  "one room": [{ to: ["red"] }, [0, 1, 1, 0, 1, 1]],
  "one room with a name of 20 characters": [{ to: [roomOf20Letters] }, [0, 1, 0, 0, 1, 0]],
  "one room with a name beyond ASCII": [{ to: ["grün 😀#"] }, [0, 1, 0, 0, 1, 0]],
  "two rooms, once each": [{ to: ["red", "blue"] }, [0, 1, 1, 0, 1, 1]],
  "an empty room": [{ to: ["nobody"] }, [0, 0, 0, 0, 0, 0]],
  "an empty room and another": [{ to: ["nobody", "blue"] }, [0, 0, 1, 0, 0, 1]],
  "everybody without a room": [{ except: ["red"] }, [1, 0, 0, 1, 0, 0]],
  "everybody without two rooms": [{ except: ["blue", "nobody"] }, [1, 1, 0, 1, 1, 0]],
  "a room without another": [{ to: ["red"], except: ["blue"] }, [0, 1, 0, 0, 1, 0]],
  "two rooms without a third": [{ to: ["red", "blue"], except: [roomOf20Letters] }, [0, 0, 1, 0, 0, 1]],
  "everybody on the acting node": [{ flags: ["local"] }, [1, 1, 1, 0, 0, 0]],
  "a room on the acting node": [{ to: ["blue"], flags: ["local"] }, [0, 0, 1, 0, 0, 0]],
  "everybody, compressed": [{ flags: ["compress"] }, [1, 1, 1, 1, 1, 1]],
  "a room, not compressed": [{ to: ["red"], flags: ["uncompressed"] }, [0, 1, 1, 0, 1, 1]],
};

/** Broadcasts of the second client of the acting node, which is in red. */
const targetsOfASocket = {
  "everybody else": [{}, [1, 0, 1, 1, 1, 1]],
  "the others of its room": [{ to: ["red"] }, [0, 0, 1, 0, 1, 1]],
  "another room": [{ to: ["blue"] }, [0, 0, 1, 0, 0, 1]],
  "two rooms": [{ to: ["red", "blue"] }, [0, 0, 1, 0, 1, 1]],
  "everybody else without a room": [{ except: ["blue"] }, [1, 0, 0, 1, 1, 0]],
  "the others on its node": [{ flags: ["local"] }, [1, 0, 1, 0, 0, 0]],
};

const bytes = (...values) => Buffer.from(values);

/** Arguments, and what clients get where that is something else. */
const values = {
  "nothing": [[]],
  "several arguments": [[1, "two", true, null, [4], { five: 5 }, false, "eight"]],
  "numbers": [[0, -1, 1.5, 127, 128, 255, 256, 65535, 65536, 4294967295, 4294967296, 9007199254740991]],
  "negative numbers": [[-32, -33, -128, -129, -32768, -32769, -2147483648, -2147483649, -9007199254740991, -0.1, 1e-7]],
  "texts": [["", "h€llo", "😀", "\u2028\u2029", "quote\" back\\ slash/ \b\f\n\r\t", "\u0000\u001f\u007f", "<b>&'"]],
  "long texts": [["x".repeat(31), "x".repeat(32), "é".repeat(200), "é".repeat(40_000)]],
  "nested values": [[{ list: [{ deep: [[], {}] }], empty: {}, nothing: null, "é": { "": 1 } }]],
  "long lists and maps": [
    [Array.from({ length: 70 }, (_, index) => index), Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`m${index}`, index]))],
  ],
  "dates": [
    [new Date(0), { when: [new Date(1700000000123), new Date(-1)] }],
    ["1970-01-01T00:00:00.000Z", { when: ["2023-11-14T22:13:20.123Z", "1969-12-31T23:59:59.999Z"] }],
  ],
  "a placeholder that is none": [[{ placeholder: true, num: 0 }]],
};

const valuesWithBytes = {
  "bytes": [[bytes(1, 2, 3)]],
  "no bytes": [[bytes()]],
  "bytes in several places": [["text", { list: [bytes(1), { deep: bytes(2, 3) }], same: 1 }, bytes(255, 0)]],
  "many bytes": [[Buffer.alloc(70_000, 7)]],
  ...Object.fromEntries(
    Object.entries(values).map(([name, [sent, expected = sent]]) => [`${name}, beside bytes`, [[bytes(9), ...sent], [bytes(9), ...expected]]]),
  ),
};

for (const wire of wires) {
  describe(`broadcasts, ${wire.name}:`, together, () => {
    let cluster;
    before(async () => {
      cluster = await Cluster.open(wire);
    });
    after(() => cluster.close());

    for (const turn of turns) {
      const { acting, other } = turn;

      it(`reach exactly whom they name (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, familyOf(turn));
        for (const [name, [target, expected]] of Object.entries(targets)) {
          await scene.do(acting, "emit", { target, args: ["news", name] });
          assert.deepEqual(await scene.counts(acting), expected, name);
        }
      });

      it(`of a socket reach others than itself (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, familyOf(turn));
        for (const [name, [target, expected]] of Object.entries(targetsOfASocket)) {
          await scene.do(acting, "emit", { target: { from: scene.ids[1], ...target }, args: ["news", name] });
          assert.deepEqual(await scene.counts(acting), expected, name);
        }
      });

      it(`reach one socket by its id (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, familyOf(turn));
        for (const [index, id] of scene.ids.entries()) {
          await scene.do(acting, "emit", { target: { to: [id] }, args: ["news", id] });
          assert.deepEqual(await scene.counts(acting), scene.ids.map((_, each) => (each === index ? 1 : 0)));
        }
      });

      for (const [kind, table] of Object.entries({ "values": values, "bytes": valuesWithBytes })) {
        it(`carry ${kind} unchanged (${turn.name})`, async (test) => {
          const scene = await Scene.open(test, cluster, [[acting], [other, "red"]]);
          for (const [name, [sent, expected = sent]] of Object.entries(table)) {
            await scene.do(acting, "emit", { args: ["news", ...sent] });
            assert.deepEqual(withDatesOfJavaScript(await scene.received(acting)), [[["news", ...expected]], [["news", ...expected]]], name);
            await scene.do(acting, "emit", { target: { to: ["red"] }, args: ["news", ...sent] });
            assert.deepEqual(withDatesOfJavaScript(await scene.received(acting)), [[], [["news", ...expected]]], `${name}, to a room`);
          }
        });
      }

      it(`that are volatile reach clients that are ready (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[acting], [other]]);
        await scene.do(acting, "emit", { target: { flags: ["volatile"] }, args: ["news", 1] });
        assert.deepEqual(await Promise.all(scene.clients.map((client) => client.next())), [["news", 1], ["news", 1]]);
      });

      it(`come in their order, 500 at once (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[acting, "red"], [other, "red"]]);
        const kinds = [{}, { to: ["red"] }, { to: ["red", "blue"] }, { except: ["blue"] }];
        const commands = Array.from({ length: 500 }, (_, index) => ({
          do: "emit",
          target: kinds[index % kinds.length],
          args: index % 3 === 0 ? ["news", index, bytes(index & 255)] : ["news", index],
        }));
        await scene.do(acting, "run", { commands });
        const expected = commands.map(({ args }) => args);
        assert.deepEqual(await scene.received(acting), [expected, expected]);
      });

      it(`keep their place among joins and leaves (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[acting], [other]]);
        // A room of its own has a channel of its own in some modes, which a node subscribes to only after the join: two rooms have none.
        const target = { to: ["fresh", "nobody"] };
        await scene.do(acting, "run", {
          commands: [
            { do: "emit", target, args: ["news", "too early"] },
            { do: "join", rooms: ["fresh"] },
            { do: "emit", target, args: ["news", "in time"] },
            { do: "emit", target, args: ["news", bytes(1)] },
            { do: "leave", rooms: ["fresh"] },
            { do: "emit", target, args: ["news", "too late"] },
          ],
        });
        const [, ofOther] = await scene.received(acting);
        assert.deepEqual(ofOther, [["news", "in time"], ["news", bytes(1)]]);
      });

      it(`come before the disconnect that follows them (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[acting, "red"], [other, "red"]]);
        const disconnected = scene.clients[1].disconnected();
        await scene.do(acting, "run", {
          commands: [
            { do: "emit", args: ["news", "farewell"] },
            { do: "disconnect", target: { to: ["red"] }, close: true },
          ],
        });
        await disconnected;
        assert.deepEqual(scene.clients[1].events, [["news", "farewell"]]);
      });
    }
  });
}
