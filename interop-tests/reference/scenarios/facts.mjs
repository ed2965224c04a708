// What the server knows of a socket.
import { answer } from "./handlers.mjs";

export function addFacts(socket) {
  answer(socket, "facts", (acknowledge) =>
    acknowledge({
      id: socket.id,
      namespace: socket.nsp.name,
      connected: socket.connected,
      recovered: socket.recovered,
      transport: socket.conn.transport.name,
      rooms: [...socket.rooms].sort(),
      data: socket.data,
    }),
  );
  answer(socket, "handshake", (acknowledge) => {
    const { auth, query, headers, address, secure, xdomain, issued, time, url } = socket.handshake;
    acknowledge({
      auth,
      query: query.custom ?? null,
      eio: query.EIO,
      header: headers["x-custom"] ?? null,
      origin: headers.origin ?? null,
      cookie: headers.cookie ?? null,
      address,
      secure,
      xdomain,
      age: Date.now() - issued,
      time,
      url,
    });
  });
  // Whether the connection of a client could take something at once: a client that polls must have a request open.
  answer(socket, "can-be-reached", (acknowledge, id) => acknowledge(socket.nsp.sockets.get(id).conn.transport.writable));
  answer(socket, "set-data", (acknowledge, name, value) => {
    socket.data[name] = value;
    acknowledge();
  });
}
