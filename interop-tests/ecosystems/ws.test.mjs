// Socket.IO by hand over the package `ws`, as load tests and small devices do it.
import { modes } from "../support/clients.mjs";
import { declareBehaviours } from "./support/declare.mjs";
import { MinimalClient, faultOfMinimalClients } from "./support/minimal-peer.mjs";
import { WsLine } from "./support/ws-line.mjs";

const websocket = modes.filter(({ name }) => name === "websocket");

declareBehaviours(new MinimalClient({ name: "ws", modes: websocket, lacks: faultOfMinimalClients }, (request) => new WsLine(request)));
