// All kinds of scripts: how they are made, played and judged before they are played.
import { objectionTo } from "../model.mjs";
import { playPackets } from "../play.mjs";
import { frameKinds } from "./frames.mjs";
import { requestKinds } from "./requests.mjs";
import { socketIOKinds } from "./socketio.mjs";

const ofPackets = (make) => ({ make, play: playPackets, objectionTo });

export const kinds = {
  ...Object.fromEntries(Object.entries(socketIOKinds).map(([name, make]) => [name, ofPackets(make)])),
  ...requestKinds,
  ...frameKinds,
};
