// Clients that speak MessagePack.
import assert from "node:assert/strict";
import { privateNamespace } from "../../support/socketio-peers.mjs";

const connect = (bench, options) => bench.connect({ path: "/io-msgpack/", serializer: "msgpack", ...options });

export const messagePack = {
  "carries every kind of value": async (bench) => {
    const peer = await connect(bench, { listens: ["echo"] });
    const args = [null, true, 0, -1, 1.5, 2147483648, "é😀", "", [], {}, { deep: [{ er: 1 }] }, Buffer.from([1, 2]), { in: Buffer.from([]) }];
    peer.emit("echo", ...args);
    assert.deepEqual(await peer.next("echo"), args);
  },
  "carries answers of the server": async (bench) => {
    const peer = await connect(bench);
    assert.deepEqual(await peer.ask("echo-ack", 1, Buffer.from([2])), [1, Buffer.from([2])]);
  },
  "carries answers of the client": async (bench) => {
    const peer = await connect(bench, { namespaces: [privateNamespace()], listens: ["answered"] });
    peer.mirror("mirror");
    // The first question of a namespace has the number 0, which some take for none.
    peer.emit("ask-me", "mirror", 0, "first");
    peer.emit("ask-me", "mirror", 15_000, "second", Buffer.from([3]));
    const answers = await peer.take("answered", bench.client.losesAnswersOfNumberZero ? 1 : 2);
    assert.deepEqual(answers.at(-1), [null, "second", Buffer.from([3])]);
  },
  "carries refusals": async (bench) => {
    const peer = await bench.start({ path: "/io-msgpack/", serializer: "msgpack", namespaces: ["/guarded"], auth: { token: "wrong" } });
    const [refusal] = await peer.refusal();
    assert.deepEqual(refusal, { message: "not authorized", data: { code: 401, hints: ["log in", "é😀"] } });
  },
};
