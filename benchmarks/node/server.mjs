// The same server on Node's socket.io.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
const io = new Server(server);
io.on("connection", (socket) => {
  socket.on("echo", (...values) => socket.emit("echo", ...values));
  socket.on("ack", (value, callback) => callback(value));
  socket.on("bcast", (value) => io.emit("bcast", value));
});
server.listen(Number(process.env.PORT ?? 4210), "0.0.0.0");
