// Middlewares of a socket, and listeners that hear of everything, once, or only for a while.
import { answer, listen } from "./handlers.mjs";

export function addListeners(socket, seen, journal) {
  socket.use(([name, ...args], next) => {
    if (name === "forbidden") {
      next(new Error(`refused: ${args[0]}`));
    } else if (name === "slowly") {
      setTimeout(next, args[0]);
    } else {
      next();
    }
  });
  listen(socket, "forbidden", () => socket.emit("forbidden-reached"));
  listen(socket, "slowly", (milliseconds, value) => socket.emit("slowly-reached", value));
  // The server's own errors and the client's events of that name both arrive here.
  socket.on("error", (error) => {
    if (error instanceof Error) {
      journal.record(socket.id, { what: "error", message: error.message });
      if (error.message.startsWith("refused")) {
        socket.emit("refused", error.message);
      }
    } else {
      socket.emit("error-received", error);
    }
  });
  socket.once("only-once", () => socket.emit("once-reached"));

  const recordIncoming = (name, ...args) => seen.incoming.push([name, ...args.filter((value) => typeof value !== "function")]);
  const recordOutgoing = (name, ...args) => seen.outgoing.push([name, ...args.filter((value) => typeof value !== "function")]);
  answer(socket, "record", (acknowledge) => {
    socket.onAny(recordIncoming);
    socket.onAnyOutgoing(recordOutgoing);
    acknowledge();
  });
  answer(socket, "stop-recording", (acknowledge) => {
    socket.offAny(recordIncoming);
    socket.offAnyOutgoing(recordOutgoing);
    acknowledge(seen);
  });

  // Catch-all listeners that were put in front are called first.
  const order = [];
  answer(socket, "record-order", (acknowledge) => {
    socket.onAny(() => order.push("in, appended"));
    socket.prependAny(() => order.push("in, in front"));
    socket.onAnyOutgoing(() => order.push("out, appended"));
    socket.prependAnyOutgoing(() => order.push("out, in front"));
    acknowledge();
  });
  answer(socket, "report-order", (acknowledge) => acknowledge(order.splice(0)));

  // A handler that is added and taken away again.
  const onTemporary = () => socket.emit("temporary-reached");
  answer(socket, "add-temporary", (acknowledge) => {
    socket.on("temporary", onTemporary);
    acknowledge();
  });
  answer(socket, "remove-temporary", (acknowledge) => {
    socket.off("temporary", onTemporary);
    acknowledge();
  });
}
