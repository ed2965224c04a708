// The same server on Bun, with the engine that Socket.IO has for it.
import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";

const { PORT: port, MAX_BUFFER: maxBuffer } = process.env;
const io = new Server();
const engine = new Engine({ path: "/socket.io/", ...(maxBuffer && { maxHttpBufferSize: Number(maxBuffer) }) });
io.bind(engine);
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
});

export default { port: Number(port ?? 4210), hostname: "0.0.0.0", ...engine.handler() };
