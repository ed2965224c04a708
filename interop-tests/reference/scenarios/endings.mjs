// How a socket ends, and what the journal says of that.
import { listen } from "./handlers.mjs";

export function addEndings(socket, journal) {
  journal.record(socket.id, { what: "connection", recovered: socket.recovered });
  socket.on("disconnecting", (reason) => journal.record(socket.id, { what: "disconnecting", reason, rooms: [...socket.rooms].sort() }));
  socket.on("disconnect", (reason, details) => {
    journal.record(socket.id, { what: "disconnect", reason, ...(typeof details === "string" ? { details } : {}) });
  });
  // Once it has left, a socket is in no room and joins none.
  listen(socket, "leave-and-join", (room) => {
    socket.disconnect();
    socket.join(room);
    journal.record(socket.id, { what: "joined too late", rooms: [...socket.rooms] });
  });
  listen(socket, "leave-me", (close) => socket.disconnect(close));
  listen(socket, "say-and-leave-me", (close) => {
    socket.emit("goodbye", "last words");
    socket.disconnect(close);
  });
  listen(socket, "close-engine", () => socket.conn.close());
}
