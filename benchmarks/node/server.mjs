// The same server on Node's socket.io. WS_ENGINE names another WebSocket implementation (eiows); MAX_BUFFER is the largest message.
import { createServer } from "node:http";
import { Server } from "socket.io";

const { ADAPTER: adapter, REDIS: redis, PORT: port, WS_ENGINE: engine, MAX_BUFFER: maxBuffer } = process.env;
const server = createServer();
const io = new Server(server, {
  ...(engine && { wsEngine: (await import(engine)).default.Server }),
  ...(maxBuffer && { maxHttpBufferSize: Number(maxBuffer) }),
  ...(adapter && (await (await import("./adapters.mjs")).createServerOptions(adapter, redis))),
});
io.on("connection", (socket) => {
  socket.on("echo", (...values) => socket.emit("echo", ...values));
  socket.on("ack", (value, callback) => callback(value));
  socket.on("bin", (value) => socket.emit("bin", value));
  socket.on("bcast", (value) => io.emit("bcast", value));
  socket.on("join", async (room, callback) => {
    await socket.join(room);
    callback();
  });
  socket.on("room-bcast", (room, value) => io.to(room).emit("room-bcast", value));
  socket.on("relay", (...values) => io.to("room").emit("relay", ...values));
});
server.listen(Number(port ?? 4210), "0.0.0.0");
