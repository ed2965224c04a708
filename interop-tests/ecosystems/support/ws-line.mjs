// Packets of Engine.IO over a WebSocket of the package `ws`.
import { WebSocket } from "ws";
import { wsUrlOf } from "../../support/hosts.mjs";

export class WsLine {
  constructor({ url, path, query, headers, ...options }) {
    const address = `${wsUrlOf(url)}${path}?EIO=4&transport=websocket${query ? `&${query}` : ""}`;
    this.socket = new WebSocket(address, { perMessageDeflate: false, headers, ...options });
    this.socket.on("message", (data, isBinary) => this.onPacket(isBinary ? data : data.toString()));
    this.socket.on("error", () => {});
    this.closed = new Promise((resolve) => this.socket.on("close", (code) => resolve(code)));
    this.closed.then((code) => this.onClose?.(`closed with ${code}`));
  }

  send(packet) {
    this.socket.send(packet);
  }

  close() {
    this.socket.terminate();
  }
}
