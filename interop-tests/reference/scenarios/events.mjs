// Events that come and go.
import { fixedValues } from "../socketio-values.mjs";
import { answer, listen } from "./handlers.mjs";

export function addEvents(socket, namespace, received) {
  listen(socket, "echo", (...args) => socket.emit("echo", ...args));
  listen(socket, "give", (name) => socket.emit("given", ...fixedValues(name)));
  listen(socket, "give-numeric", () => socket.emit(7, "seven"));
  answer(socket, "7", (acknowledge, value) => acknowledge(`seven ${value}`));
  listen(socket, "send-me", (...args) => socket.send(...args));
  listen(socket, "message", (...args) => socket.emit("message-received", ...args));
  answer(socket, "digest", (acknowledge, bytes) => acknowledge(bytes.length, bytes.reduce((sum, byte) => (sum + byte) % 65536, 0)));
  listen(socket, "burst", (count, size) => {
    for (let index = 0; index < count; index++) {
      socket.emit("numbered", index, "x".repeat(size));
    }
  });
  listen(socket, "mixed-burst", (count) => {
    for (let index = 0; index < count; index++) {
      if (index % 3 === 0) {
        socket.emit("numbered", index, Buffer.from([index & 255]));
      } else {
        socket.emit("numbered", index, "text");
      }
    }
  });
  listen(socket, "numbered-up", (index) => received.push(index));
  answer(socket, "report-numbers", (acknowledge) => acknowledge(received));
  listen(socket, "volatile-me", (name, value) => socket.volatile.emit(name, value));
  // A volatile event right behind a lasting one, and lasting ones right behind a volatile one.
  listen(socket, "volatile-among-others", () => {
    socket.emit("lasting", 1);
    socket.volatile.emit("fleeting", 2);
    socket.volatile.emit("fleeting", Buffer.from([3]));
    socket.emit("lasting", 4);
  });
  listen(socket, "compress-me", (compress, name, value) => socket.compress(compress).emit(name, value));
}
