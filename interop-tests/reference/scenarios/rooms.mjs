// Rooms, and what is done to all that are in them.
import { answer } from "./handlers.mjs";
import { senderOf } from "./sender.mjs";

const described = (socket) => ({ id: socket.id, rooms: [...socket.rooms].sort(), data: socket.data, auth: socket.handshake.auth });

export function addRooms(socket, namespace) {
  answer(socket, "join", (acknowledge, rooms) => {
    socket.join(rooms);
    acknowledge([...socket.rooms].sort());
  });
  answer(socket, "leave", (acknowledge, room) => {
    socket.leave(room);
    acknowledge([...socket.rooms].sort());
  });
  answer(socket, "broadcast", (acknowledge, target, name, value) => {
    senderOf(namespace, socket, target).emit(name, value);
    acknowledge();
  });
  answer(socket, "fetch-sockets", async (acknowledge, target) => {
    const sockets = await senderOf(namespace, socket, target).fetchSockets();
    acknowledge(sockets.map(described).sort((left, right) => (left.id < right.id ? -1 : 1)));
  });
  answer(socket, "sockets-join", (acknowledge, target, rooms) => {
    senderOf(namespace, socket, target).socketsJoin(rooms);
    acknowledge();
  });
  answer(socket, "sockets-leave", (acknowledge, target, rooms) => {
    senderOf(namespace, socket, target).socketsLeave(rooms);
    acknowledge();
  });
  answer(socket, "disconnect-sockets", (acknowledge, target, close) => {
    senderOf(namespace, socket, target).disconnectSockets(close);
    acknowledge();
  });
  answer(socket, "remote", async (acknowledge, id, action, value) => {
    const [remote] = await namespace.in(id).fetchSockets();
    switch (action) {
      case "join":
        remote.join(value);
        break;
      case "leave":
        remote.leave(value);
        break;
      case "emit":
        remote.emit("from-remote", value);
        break;
      case "disconnect":
        remote.disconnect(value);
        break;
    }
    acknowledge();
  });
}
