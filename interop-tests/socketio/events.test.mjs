// The first slice of the Socket.IO storey: a stock client's events and acknowledgements on every transport.
import assert from "node:assert/strict";
import { once } from "node:events";
import { afterEach, describe, it } from "node:test";
import { io } from "socket.io-client";
import { within } from "../support/waiting.mjs";

const url = process.env.ENGINE_URL;
const transportsByMode = { polling: ["polling"], websocket: ["websocket"], upgrade: ["polling", "websocket"] };

for (const [mode, transports] of Object.entries(transportsByMode)) {
  describe(`socket.io-client 4, ${mode}`, () => {
    const sockets = [];

    async function connect() {
      const socket = io(url, { transports, forceNew: true, reconnection: false });
      sockets.push(socket);
      const upgraded = mode === "upgrade" ? once(socket.io.engine ?? (await opened(socket)), "upgrade") : undefined;
      await within(once(socket, "connect"), "the connection");
      await upgraded;
      return socket;
    }

    async function opened(socket) {
      await once(socket.io, "open");
      return socket.io.engine;
    }

    afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

    it("sends an event and gets an acknowledgement", async () => {
      const socket = await connect();
      assert.equal(await within(socket.emitWithAck("sum", 1, 2), "the acknowledgement"), 3);
      assert.equal(socket.io.engine.transport.name, transports.at(-1));
    });

    it("gets events in the order in which they were sent", async () => {
      const socket = await connect();
      const received = [];
      const all = new Promise((done) => {
        socket.on("echo", (value) => {
          received.push(value.index);
          if (received.length === 500) {
            done();
          }
        });
      });
      for (let index = 0; index < 500; index++) {
        socket.emit("echo", { index, text: "h€llo😀" });
      }
      await within(all, "all events");
      assert.deepEqual(received, Array.from({ length: 500 }, (_, index) => index));
    });

    it("acknowledges when an asynchronous handler is done", async () => {
      const socket = await connect();
      assert.equal(await within(socket.emitWithAck("later", 10), "the acknowledgement"), "done");
    });

    it("gets what is sent to everybody", async () => {
      const [first, second] = [await connect(), await connect()];
      const received = Promise.all([once(first, "shout"), once(second, "shout")]);
      first.emit("shout", "hello");
      assert.deepEqual(await within(received, "the broadcast"), [["hello"], ["hello"]]);
    });

    it("is told when the server disconnects it", async () => {
      const socket = await connect();
      const left = once(socket, "disconnect");
      socket.emit("leave", false);
      assert.equal((await within(left, "the disconnect"))[0], "io server disconnect");
    });

    it("is refused at a namespace that does not exist", async () => {
      const socket = io(`${url}/nope`, { transports, forceNew: true, reconnection: false });
      sockets.push(socket);
      const [error] = await within(once(socket, "connect_error"), "the refusal");
      assert.equal(error.message, "Invalid namespace");
    });
  });
}
