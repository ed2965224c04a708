// The streams adapter: entries of a stream, requests and responses by pub/sub, sessions as values.
import { createAdapter } from "@socket.io/redis-streams-adapter";
import { eventually } from "../../support/waiting.mjs";
import { broadcasts, inputsInBothForms, requests } from "./inputs.mjs";

const adapterWith = (options) => async (newClient) => createAdapter(await newClient(), { blockTimeInMs: 100, ...options });

const namespaces = ["/", "/chat", "/grüße"];

const recovery = [
  ["to everybody", ({ io }) => io.emit("hello", 1)],
  ["bytes to a room", ({ io }) => io.to("r1").emit("hello", Buffer.from([1, 2, 3]))],
  ["a socket's own emit", ({ socket }) => socket.emit("single", 1)],
  ["a socket's own emit with an answer", ({ socket }) => socket.timeout(1000).emitWithAck("ask")],
  ["a socket's own volatile emit", ({ socket }) => socket.volatile.emit("single", 1)],
  [
    "a client loses its connection",
    async ({ b }) => {
      b.socket.data = { name: "bob é", nested: { list: [1, null, { deep: true }] }, gone: undefined, when: new Date(1700000000123), float: 1.5 };
      b.socket.join("r2");
      b.client.io.engine.close();
      await eventually(() => !b.socket.connected, "the end of the connection");
    },
  ],
  [
    "a client with bytes in its data loses its connection",
    async ({ a }) => {
      a.socket.data = { avatar: Buffer.from([1, 2, 3]), big: 4294967296, negative: -1 };
      a.client.io.engine.close();
      await eventually(() => !a.socket.connected, "the end of the connection");
    },
  ],
];

export async function recordStreams(recorder) {
  await recorder.section("streams", {
    makeAdapter: adapterWith(),
    namespaces,
    steps: [...broadcasts, ...inputsInBothForms(true), ...requests],
  });
  await recorder.section("streams, connectionStateRecovery", {
    makeAdapter: adapterWith(),
    serverOptions: { connectionStateRecovery: {} },
    steps: recovery,
  });
  await recorder.section("streams, three of them", {
    makeAdapter: adapterWith({ streamName: "app", streamCount: 3, maxLen: 500 }),
    namespaces: ["/", "/chat", "/admin", "/notifications"],
    steps: [
      ["to everybody", ({ io }) => io.emit("hello")],
      ["to everybody in /chat", ({ io }) => io.of("/chat").emit("hello")],
      ["to everybody in /admin", ({ io }) => io.of("/admin").emit("hello")],
      ["to everybody in /notifications, whose number is negative", ({ io }) => io.of("/notifications").emit("hello")],
    ],
  });
  await recorder.section("streams, sharded pub/sub, channelPrefix app", {
    makeAdapter: adapterWith({ useShardedPubSub: true, channelPrefix: "app" }),
    steps: requests.filter(([name]) => name === "ask everybody" || name === "ask the servers" || name === "fetch the sockets"),
  });
  await recorder.section("streams, onlyPlaintext", {
    makeAdapter: adapterWith({ onlyPlaintext: true }),
    steps: [["bytes", ({ io }) => io.emit("bytes", Buffer.from([1, 2, 3]))]],
  });
}
