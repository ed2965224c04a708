// Questions to the clients of a whole cluster.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Cluster, Scene, together, turns, wires } from "./support/clusters.mjs";
import { withDatesOfJavaScript } from "./support/values.mjs";

const longEnough = 15_000;

/** Long enough for those who answer, on a busy machine too; some wait for it in vain. */
const shortly = 3000;

const bytes = (...values) => Buffer.from(values);

/** Clients that answer: on the acting node one in no room and one in red, on the other one in red and one in red and blue. */
const familyOf = ({ acting, other }) => [[acting], [acting, "red"], [other, "red"], [other, "red", "blue"]];

/** A scene whose clients answer with their numbers; those in `silent` do not answer. */
async function openScene(test, cluster, members, silent = []) {
  const scene = await Scene.open(test, cluster, members);
  scene.clients.forEach((client, index) => {
    if (!silent.includes(index)) {
      client.socket.on("who", (...args) => args.at(-1)(index));
    }
  });
  return scene;
}

const sorted = ({ complete, answers }) => ({ complete, answers: [...answers].sort() });

const targets = {
  "everybody": [{}, [0, 1, 2, 3]],
  "one room": [{ to: ["red"] }, [1, 2, 3]],
  "a room of the other node": [{ to: ["blue"] }, [3]],
  "two rooms": [{ to: ["red", "blue"] }, [1, 2, 3]],
  "everybody without a room": [{ except: ["blue"] }, [0, 1, 2]],
  "a room without another": [{ to: ["red"], except: ["blue"] }, [1, 2]],
  "nobody": [{ to: ["nobody"] }, []],
  "everybody, volatile, not compressed": [{ flags: ["volatile", "uncompressed"] }, [0, 1, 2, 3]],
};

for (const wire of wires) {
  describe(`questions to clients, ${wire.name}:`, together, () => {
    let cluster;
    before(async () => {
      cluster = await Cluster.open(wire);
    });
    after(() => cluster.close());

    for (const turn of turns) {
      const { acting, other } = turn;

      it(`are answered by all of the target (${turn.name})`, async (test) => {
        const scene = await openScene(test, cluster, familyOf(turn));
        for (const [name, [target, expected]] of Object.entries(targets)) {
          const result = await scene.do(acting, "emit", { target, args: ["who"], timeout: longEnough });
          assert.deepEqual(sorted(result), { complete: true, answers: expected }, name);
        }
      });

      it(`to the acting node alone are answered by its clients (${turn.name})`, async (test) => {
        const scene = await openScene(test, cluster, familyOf(turn));
        const { answers } = await scene.do(acting, "emit", { target: { flags: ["local"] }, args: ["who"], timeout: shortly });
        // Node waits in vain for the other nodes, which have not been asked: whether the question is complete says nothing here.
        assert.deepEqual(answers.sort(), [0, 1]);
      });

      it(`of a socket are answered by the others (${turn.name})`, async (test) => {
        const scene = await openScene(test, cluster, familyOf(turn));
        const target = { from: scene.ids[1], to: ["red"] };
        assert.deepEqual(sorted(await scene.do(acting, "emit", { target, args: ["who"], timeout: longEnough })), { complete: true, answers: [2, 3] });
      });

      it(`carry values and bytes both ways (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[acting], [other]]);
        const answers = [
          { from: "acting", list: [1.5, -1, null, "é😀", true], bytes: bytes(1, 2, 3) },
          { from: "other", deep: { list: [bytes(4), { deeper: bytes() }], big: 9007199254740991 } },
        ];
        scene.clients.forEach((client, index) => client.socket.on("give", (...args) => args.pop()(answers[index])));
        const question = ["give", { nested: [bytes(9, 8)], text: "é" }, bytes(7), new Date(1700000000123)];
        const result = await scene.do(acting, "emit", { args: question, timeout: longEnough });
        result.answers.sort((left, right) => (left.from < right.from ? -1 : 1));
        assert.deepEqual(result, { complete: true, answers });
        const expected = [...question.slice(0, 3), "2023-11-14T22:13:20.123Z"];
        assert.deepEqual(withDatesOfJavaScript(scene.clients.map((client) => client.events)), [[expected], [expected]]);
      });

      it(`may be answered by texts, numbers, truth values, null, lists and nothing (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[other]]);
        for (const answer of ["", "text", 0, -1.5, true, false, null, [], [1, [2]], {}, bytes(1, 2)]) {
          scene.clients[0].socket.once("give", (acknowledge) => acknowledge(answer));
          const result = await scene.do(acting, "emit", { args: ["give"], timeout: longEnough });
          assert.deepEqual(result, { complete: true, answers: [answer] });
        }
        scene.clients[0].socket.once("give", (acknowledge) => acknowledge());
        const { complete, answers } = await scene.do(acting, "emit", { args: ["give"], timeout: longEnough });
        assert.deepEqual([complete, answers.length, answers[0] ?? null], [true, 1, null]);
      });

      it(`end with what has come when some do not answer (${turn.name})`, async (test) => {
        const scene = await openScene(test, cluster, familyOf(turn), [1, 2]);
        const result = await scene.do(acting, "emit", { args: ["who"], timeout: shortly });
        assert.deepEqual(sorted(result), { complete: false, answers: [0, 3] });
      });

      it(`are not mixed up, 100 at once (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, [[acting], [other], [other]]);
        scene.clients.forEach((client, index) => client.socket.on("add", (number, acknowledge) => acknowledge(number * 10 + index)));
        const commands = Array.from({ length: 100 }, (_, number) => ({ do: "emit", args: ["add", number], timeout: longEnough }));
        const results = await scene.do(acting, "run", { commands });
        results.forEach((result, number) => {
          const answers = result.answers.sort((left, right) => left - right);
          assert.deepEqual({ ...result, answers }, { complete: true, answers: [0, 1, 2].map((index) => number * 10 + index) });
        });
      });

      it(`reach one remote socket (${turn.name})`, async (test) => {
        const scene = await openScene(test, cluster, familyOf(turn), [2]);
        const ask = (index, timeout) => scene.do(acting, "remote", { id: scene.ids[index], action: "ask", args: ["who"], timeout });
        assert.deepEqual(await ask(3, longEnough), { complete: true, answers: [3] });
        assert.deepEqual(await ask(0, longEnough), { complete: true, answers: [0] });
        assert.deepEqual(await ask(2, shortly), { complete: false, answers: [] });
      });
    }
  });

  describe(`questions to clients of three nodes, ${wire.name}:`, () => {
    it("are answered on all of them", async (test) => {
      const cluster = await Cluster.open(wire, { size: 3 });
      test.after(() => cluster.close());
      const scene = await openScene(test, cluster, [[0], [1], [2], [2]]);
      for (const acting of [0, 1, 2]) {
        const result = await scene.do(acting, "emit", { args: ["who"], timeout: longEnough });
        assert.deepEqual(sorted(result), { complete: true, answers: [0, 1, 2, 3] });
      }
    });
  });
}
