// The C# library SocketIOClient 3.0.6, run by the program in dotnet-client/, which is built in Release beforehand.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { modes } from "../support/clients.mjs";
import { declareBehaviours } from "./support/declare.mjs";
import { DrivenClient } from "./support/driven-client.mjs";

const project = join(dirname(dirname(fileURLToPath(import.meta.url))), "dotnet-client");
const command = ["dotnet", join(project, "bin", "Release", "net10.0", "SocketIoSharp.InteropClient.dll")];

function faultOf(behaviour, mode) {
  switch (behaviour) {
  }
}

const clients = [
  { name: "SocketIOClient 3.0.6 (.NET)" },
  { name: "SocketIOClient 3.0.6 (.NET) in its EIO 3 mode", options: { eio: 3, path: "/io-v2/" } },
];

for (const { name, options } of clients) {
  declareBehaviours(new DrivenClient({ name, options, modes: modes.slice(0, 2), lacks: (behaviour, mode) => faultOf(behaviour, mode) }, command));
}
