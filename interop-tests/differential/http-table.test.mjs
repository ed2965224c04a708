// Engine.IO: every case is played to the Node server and to the host under test; what both show must be the same.
import { closingCases } from "./cases/closing.mjs";
import { errorCases } from "./cases/errors.mjs";
import { featureCases } from "./cases/features.mjs";
import { handshakeCases } from "./cases/handshake.mjs";
import { heartbeatCases } from "./cases/heartbeat.mjs";
import { jsonpCases } from "./cases/jsonp.mjs";
import { packetCases } from "./cases/packets.mjs";
import { protocol3Cases } from "./cases/protocol3.mjs";
import { requestCases } from "./cases/requests.mjs";
import { routingCases } from "./cases/routing.mjs";
import { upgradeCases } from "./cases/upgrade.mjs";
import { websocketCases } from "./cases/websocket.mjs";
import { compareWithNode } from "./comparison.mjs";
import { knownDifferences } from "./known-differences.mjs";
import { Probe } from "./probe.mjs";

const groups = {
  routing: routingCases,
  handshake: handshakeCases,
  packets: packetCases,
  requests: requestCases,
  errors: errorCases,
  websocket: websocketCases,
  heartbeat: heartbeatCases,
  upgrade: upgradeCases,
  closing: closingCases,
  features: featureCases,
  "protocol 3": protocol3Cases,
  JSONP: jsonpCases,
};

compareWithNode(Probe, groups, knownDifferences);
