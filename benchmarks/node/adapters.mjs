// Node's adapters on Redis, by the names that the benchmark knows them by.
import { createAdapter as createClassicAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";

export async function createServerOptions(name, redis) {
  const connect = () => createClient({ url: `redis://${redis}` }).connect();
  switch (name) {
    case "classic":
      return { adapter: createClassicAdapter(await connect(), await connect()) };
    case "sharded":
      return { adapter: createShardedAdapter(await connect(), await connect()) };
    case "streams":
      return { adapter: createStreamsAdapter(await connect()) };
    case "streams-recovery":
      return { adapter: createStreamsAdapter(await connect()), connectionStateRecovery: {} };
    default:
      throw new Error(`no adapter "${name}"`);
  }
}
