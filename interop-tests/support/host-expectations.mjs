// Where hosts may differ on purpose and a stock client can see it. A suite asks `expected.name`.

const rows = {
  volatileEventsKeepTheOffset: {
    node: false,
    ours: true,
    why: "a client takes a text at the end of any event for its offset; in Node a volatile event carries none, and the resume fails",
  },
  resumesWithoutAnOffset: {
    node: false,
    ours: true,
    why: "a client that has got no event yet has no offset; it resumes from its connection on instead of losing what it missed",
  },
  eventsBeforeALeaveRun: {
    node: false,
    ours: true,
    why: "what was received before a disconnect still runs; Node drops events whose turn has not come",
  },
  answersAfterLeavingAreDropped: {
    node: false,
    ours: true,
    why: "an answer that comes after the client has left the namespace is dropped; Node closes the whole connection, unless both come in one piece",
  },
  silenceAfterAnUpgradeOfVersion2IsNoticed: {
    node: false,
    ours: true,
    why: "Node loses the heartbeat timer of a version 2 client that has upgraded",
  },
  datesArePassedOn: {
    node: true,
    ours: false,
    why: "an argument that the server passes on unread is JSON, where a date is a text; one that it reads as a date stays one",
  },
};

const who = process.env.INTEROP_HOST === "node" ? "node" : "ours";

export const expected = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, row[who]]));
