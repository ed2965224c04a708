// The C# library SocketIOClient 3.0.6, run by the program in dotnet-client/, which is built in Release beforehand.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { saw } from "../support/behaviours.mjs";
import { modes } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { declareBehaviours } from "./support/declare.mjs";
import { DrivenClient } from "./support/driven-client.mjs";

const suitesFolder = dirname(dirname(fileURLToPath(import.meta.url)));
const program = join(suitesFolder, "dotnet-client", "bin", "Release", "net10.0", "SocketIoSharp.InteropClient.dll");
const command = ["dotnet", program];
const [polling, websocket, upgraded] = modes;
const latest = "SocketIOClient 3.0.6 (.NET)";

/** What the library does not do with Node's server either. */
function faultOf(isOld, behaviour, mode, group) {
  if (mode === upgraded) {
    return "the library never upgrades: it asks by polling, then opens a WebSocket without a session";
  }
  if (group === "MessagePack") {
    return "the library speaks JSON alone";
  }
  switch (behaviour) {
    case "is refused by a middleware with a message and data":
      return "the library tells the message alone";
    case "is refused by a middleware with a message alone":
    case "is let in by a middleware":
    case "passes credentials on":
      return isOld ? "the library sends no credentials in that mode" : undefined;
    case "joins a namespace whose name is not ASCII":
    case "joins a namespace whose name has a space":
      return "the library asks for the name in the form that it has in an address";
    case "is in several namespaces on one connection":
      return "the library has one namespace on a connection";
    case "an empty value, there and back":
      if (mode === websocket && !isOld) {
        return "the library does not send empty binary values";
      }
      return mode === polling && isOld ? "the library does not read empty binary values" : undefined;
    case "the server's own values":
      return mode === polling && isOld ? "the library does not read empty binary values" : undefined;
    case "sent by several at once arrives whole":
      return "the library mixes the packets of binary events that are sent at the same time";
    case "as a bytearray, there and back":
      return "a type of Python";
    case "by the library's own call that waits":
      return "the library has no such call";
  }
}

const clients = [
  { name: latest, modes },
  { name: "SocketIOClient 3.0.6 (.NET) in its EIO 3 mode", modes: [polling, websocket], options: { eio: 3, path: "/io-v2/" } },
];

for (const { name, ...client } of clients) {
  const isOld = client.options !== undefined;
  const driven = new DrivenClient({ name, ...client, lacks: (behaviour, mode, group) => faultOf(isOld, behaviour, mode, group) }, command);
  declareBehaviours(driven);

  if (!isOld) {
    describe(`connecting with other libraries: ${name}, ${upgraded.name}`, () => {
      it("asks by polling, then opens a WebSocket without a session", async (test) => {
        const requests = [];
        const proxy = await CuttingProxy.start(hostUrl, ({ kind, head }) => {
          if (kind === "request") {
            requests.push(head.split(" ")[1]);
          }
        });
        test.after(() => proxy.stop());
        const peer = await driven.connect(test, upgraded, { url: proxy.url });
        assert.equal((await peer.askOne("facts")).transport, "websocket");
        saw(test, requests);
      });
    });
  }
}
