// The same server on Node's socket.io.
import { createServer } from "node:http";
import { Server } from "socket.io";

const { ADAPTER: adapter, REDIS: redis, PORT: port } = process.env;
const server = createServer();
const io = new Server(server, adapter && (await (await import("./adapters.mjs")).createServerOptions(adapter, redis)));
io.on("connection", (socket) => {
  socket.on("echo", (...values) => socket.emit("echo", ...values));
  socket.on("ack", (value, callback) => callback(value));
  socket.on("bcast", (value) => io.emit("bcast", value));
  socket.on("join", async (room, callback) => {
    await socket.join(room);
    callback();
  });
  socket.on("relay", (...values) => io.to("room").emit("relay", ...values));
});
server.listen(Number(port ?? 4210), "0.0.0.0");
