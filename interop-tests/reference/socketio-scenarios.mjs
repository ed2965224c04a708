// What every socket does with the events of a test. Plain on purpose: other hosts repeat it line by line.
import { addAcknowledgements } from "./scenarios/acknowledgements.mjs";
import { addEndings } from "./scenarios/endings.mjs";
import { addEvents } from "./scenarios/events.mjs";
import { addFacts } from "./scenarios/facts.mjs";
import { addListeners } from "./scenarios/listeners.mjs";
import { addRooms } from "./scenarios/rooms.mjs";

export function addScenarios(socket, journal) {
  const namespace = socket.nsp;
  const received = [];
  const seen = { incoming: [], outgoing: [] };

  addEvents(socket, namespace, received);
  addAcknowledgements(socket, namespace);
  addRooms(socket, namespace);
  addFacts(socket);
  addEndings(socket, journal);
  addListeners(socket, seen, journal);
}
