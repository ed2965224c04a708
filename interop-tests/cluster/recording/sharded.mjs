// The sharded adapter: cluster messages on sharded channels, in each subscription mode.
import { createShardedAdapter } from "@socket.io/redis-adapter";
import { broadcasts, inputsInBothForms, requests } from "./inputs.mjs";

const adapterWith = (options) => async (newClient) => createShardedAdapter(await newClient(), await newClient(), options);

const namespaces = ["/", "/chat", "/grüße"];

const joins = [
  ["a socket joins a room", ({ socket }) => socket.join("r2")],
  ["a socket joins a room with a name of 20 characters", ({ socket }) => socket.join("a-room-of-20-letters")],
  ["a socket leaves a room", ({ socket }) => socket.leave("r2")],
];

export async function recordSharded(recorder) {
  await recorder.section("sharded, dynamic", {
    makeAdapter: adapterWith(),
    namespaces,
    steps: [...joins, ...broadcasts, ...inputsInBothForms(false), ...requests],
  });
  for (const subscriptionMode of ["static", "dynamic-private"]) {
    await recorder.section(`sharded, ${subscriptionMode}`, {
      makeAdapter: adapterWith({ subscriptionMode }),
      namespaces,
      steps: [...joins, ...broadcasts],
    });
  }
  await recorder.section("sharded, channelPrefix app", {
    makeAdapter: adapterWith({ channelPrefix: "app" }),
    steps: [...broadcasts.slice(0, 2), ...requests.filter(([name]) => name === "ask the servers")],
  });
}
