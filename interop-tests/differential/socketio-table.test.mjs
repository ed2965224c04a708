// Socket.IO: every case is played to the Node server and to the host under test; what both show must be the same.
import { compareWithNode } from "./comparison.mjs";
import { knownSocketIODifferences } from "./known-differences.mjs";
import { attachmentCases } from "./socketio-cases/attachments.mjs";
import { endingCases } from "./socketio-cases/endings.mjs";
import { jsonCases } from "./socketio-cases/json.mjs";
import { msgpackCases } from "./socketio-cases/msgpack.mjs";
import { namespaceCases } from "./socketio-cases/namespaces.mjs";
import { packetCases } from "./socketio-cases/packets.mjs";
import { protocol4Cases } from "./socketio-cases/protocol4.mjs";
import { recoveryCases } from "./socketio-cases/recovery.mjs";
import { SocketIOProbe } from "./socketio-probe.mjs";

const groups = {
  packets: packetCases,
  attachments: attachmentCases,
  JSON: jsonCases,
  namespaces: namespaceCases,
  endings: endingCases,
  "version 2": protocol4Cases,
  recovery: recoveryCases,
  MessagePack: msgpackCases,
};

compareWithNode(SocketIOProbe, groups, knownSocketIODifferences);
