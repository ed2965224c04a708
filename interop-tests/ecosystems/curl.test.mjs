// Socket.IO by hand with curl, one process for each request.
import { modes } from "../support/clients.mjs";
import { CurlLine } from "./support/curl-line.mjs";
import { declareBehaviours } from "./support/declare.mjs";
import { MinimalClient, faultOfMinimalClients } from "./support/minimal-peer.mjs";

const polling = modes.filter(({ name }) => name === "polling");

declareBehaviours(new MinimalClient({ name: "curl", modes: polling, lacks: faultOfMinimalClients }, (request) => new CurlLine(request)));
