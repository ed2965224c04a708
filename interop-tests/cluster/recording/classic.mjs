// The classic adapter: tuples on broadcast channels, requests and responses on theirs.
import { createAdapter } from "@socket.io/redis-adapter";
import { broadcasts, inputs, requests } from "./inputs.mjs";

const adapterWith = (options) => async (newClient) => createAdapter(await newClient(), await newClient(), options);

const namespaces = ["/", "/chat", "/grüße"];
const requestChannel = "socket.io-request#/#";
const ask = (redis, request) => redis.publish(requestChannel, JSON.stringify(request));

/** What only older peers send, and what every node still answers. */
const legacy = [
  ["an older peer asks for the sockets", ({ redis }) => ask(redis, { requestId: "older1", type: 0, rooms: [] })],
  ["an older peer asks for the sockets of a room", ({ redis }) => ask(redis, { requestId: "older2", type: 0, rooms: ["r1"] })],
  ["an older peer lets one socket join", ({ redis, b }) => ask(redis, { type: 2, requestId: "older3", sid: b.socket.id, room: "r8" })],
  ["an older peer lets one socket leave", ({ redis, b }) => ask(redis, { type: 3, requestId: "older4", sid: b.socket.id, room: "r8" })],
  ["an older peer disconnects a socket that is not there", ({ redis }) => ask(redis, { type: 4, requestId: "older5", sid: "nobody", close: false })],
];

const classicRequests = [
  ["all rooms", ({ io }) => io.of("/").adapter.allRooms()],
  ...legacy,
  ...requests,
  ["all rooms, without a socket on the other node", ({ io }) => io.of("/").adapter.allRooms()],
];

export async function recordClassic(recorder) {
  await recorder.section("classic", {
    makeAdapter: adapterWith(),
    namespaces,
    steps: [...broadcasts, ...inputs, ...classicRequests],
  });
  await recorder.section("classic, publishOnSpecificResponseChannel", {
    makeAdapter: adapterWith({ publishOnSpecificResponseChannel: true }),
    namespaces,
    steps: classicRequests.filter(([name]) => !name.startsWith("an older peer")),
  });
  await recorder.section("classic, key app", {
    makeAdapter: adapterWith({ key: "app" }),
    steps: [broadcasts[0], broadcasts[1], ...classicRequests.filter(([name]) => name === "ask the servers" || name === "all rooms")],
  });
  await recorder.section("classic, connectionStateRecovery", {
    makeAdapter: adapterWith(),
    serverOptions: { connectionStateRecovery: {} },
    steps: [
      ["to everybody", ({ io }) => io.emit("hello", 1)],
      ["a socket's own emit", ({ socket }) => socket.emit("single", 1)],
      ["a socket's own emit with an answer", ({ socket }) => socket.timeout(1000).emitWithAck("ask")],
    ],
  });
}
