// Socket.IO by hand with curl, one process for each request; and what people send with it otherwise.
import { describe, it } from "node:test";
import { modes } from "../support/clients.mjs";
import { together } from "../support/socketio-peers.mjs";
import { CurlLine } from "./support/curl-line.mjs";
import { answers, habits, sessions, upgrades } from "./support/curl-requests.mjs";
import { declareBehaviours } from "./support/declare.mjs";
import { MinimalClient, faultOfMinimalClients } from "./support/minimal-peer.mjs";

const polling = modes.filter(({ name }) => name === "polling");

declareBehaviours(
  new MinimalClient({ name: "curl", modes: polling, isSlow: true, lacks: faultOfMinimalClients }, (request) => new CurlLine(request)),
);

const groups = {
  "a session by hand: curl, polling": sessions,
  "requests with: curl, polling": habits,
  "answers: curl, polling": answers,
  "a handshake by hand: curl, websocket": upgrades,
};

for (const [title, cases] of Object.entries(groups)) {
  describe(title, together, () => {
    for (const [behaviour, run] of Object.entries(cases)) {
      it(behaviour, run);
    }
  });
}
