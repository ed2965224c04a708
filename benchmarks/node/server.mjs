// The same server on Node's socket.io. WS_ENGINE names another WebSocket implementation (eiows); MAX_BUFFER is the largest message.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { addHandlers } from "../handlers.mjs";

const { ADAPTER: adapter, REDIS: redis, PORT: port, WS_ENGINE: engine, MAX_BUFFER: maxBuffer } = process.env;
const server = createServer();
const io = new Server(server, {
  ...(engine && { wsEngine: (await import(engine)).default.Server }),
  ...(maxBuffer && { maxHttpBufferSize: Number(maxBuffer) }),
  ...(adapter && (await (await import("./adapters.mjs")).createServerOptions(adapter, redis))),
});
addHandlers(io);
server.listen(Number(port ?? 4210), "0.0.0.0");
