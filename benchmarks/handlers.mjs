// What the servers of Socket.IO in JavaScript do, whatever engine is below them.
export function addHandlers(io) {
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
}
