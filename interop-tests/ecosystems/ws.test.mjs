// Socket.IO by hand over the package `ws`, as load tests and small devices do it; and what they do to handshakes, frames and closes.
import { describe, it } from "node:test";
import { modes } from "../support/clients.mjs";
import { together } from "../support/socketio-peers.mjs";
import { declareBehaviours } from "./support/declare.mjs";
import { MinimalClient, faultOfMinimalClients } from "./support/minimal-peer.mjs";
import { closes, frames, handshakes } from "./support/raw-frames.mjs";
import { WsLine } from "./support/ws-line.mjs";

const websocket = modes.filter(({ name }) => name === "websocket");

declareBehaviours(new MinimalClient({ name: "ws", modes: websocket, lacks: faultOfMinimalClients }, (request) => new WsLine(request)));

for (const [group, cases] of Object.entries({ "a handshake by hand": handshakes, "frames by hand": frames, "the end by hand": closes })) {
  describe(`${group}: ws, websocket`, together, () => {
    for (const [title, run] of Object.entries(cases)) {
      it(title, run);
    }
  });
}
