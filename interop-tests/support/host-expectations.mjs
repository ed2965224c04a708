// Where hosts may differ on purpose and a stock client can see it. A suite asks `expectedOf(test, "name")`, or skips with `differs("name")`.
// `row` is the head of the row in docs/differences-from-node.md; the matrix fails when there is no such row.

export const expectations = {
  volatileEventsKeepTheOffset: {
    node: false,
    ours: true,
    row: "A volatile event whose last argument is a string",
    why: "a client takes a text at the end of any event for its offset; in Node a volatile event carries none, and the resume fails",
  },
  resumesWithoutAnOffset: {
    node: false,
    ours: true,
    row: "A client that has not received any event",
    why: "a client that has got no event yet has no offset; it resumes from its connection on instead of losing what it missed",
  },
  eventsBeforeALeaveRun: {
    node: false,
    ours: true,
    row: "Events right before the goodbye of their client",
    why: "what was received before a disconnect still runs; Node drops events whose turn has not come",
  },
  goodbyeBeforeAnEndCounts: {
    node: false,
    ours: true,
    row: "A DISCONNECT right before the end of the session, in one piece",
    why: "a goodbye that was received counts; Node has not looked at it yet when the session ends",
  },
  answersAfterLeavingAreDropped: {
    node: false,
    ours: true,
    row: "An answer for a namespace in which the client is not",
    why: "an answer that comes after the client has left the namespace is dropped; Node closes the whole connection, unless both come in one piece",
  },
  silenceAfterAnUpgradeOfVersion2IsNoticed: {
    node: false,
    ours: true,
    row: "Heartbeat after an upgrade",
    why: "Node loses the heartbeat timer of a version 2 client that has upgraded",
  },
  refusalsComeInsteadOf101: {
    node: false,
    ours: true,
    row: "A WebSocket of protocol 3 where that is not allowed, or without an id from `GenerateId`",
    why: "a refusal is an answer; Node writes it behind the 101, where it is no frame",
  },
  strayUpgradesAreAnswered: {
    node: false,
    ours: true,
    row: "An upgrade request outside of every engine's path",
    why: "an upgrade that no engine takes is the application's, which answers 404; Node drops the connection after a second",
  },
  hostsWithoutBracketsAreServed: {
    node: true,
    ours: false,
    row: "A Host header that is none",
    why: "Kestrel answers such a request itself; browsers and WebSocket clients write the brackets",
  },
  volatileEventsMayFollowOthers: {
    node: false,
    ours: true,
    row: "A volatile event right behind another one, on a WebSocket",
    why: "Node waits until its socket has called back before it takes the next volatile event; ours goes out unless something waits",
  },
  messagesOfTheServerMayStayUncompressed: {
    node: false,
    ours: true,
    row: "WebSocket messages of the server that are below the threshold, or asked to go uncompressed",
    why: "Node compresses every message once compression is agreed on, unless the client has asked for no context takeover",
  },
  datesArePassedOn: {
    node: true,
    ours: false,
    row: "A date of a MessagePack client that is passed on as it came",
    why: "an argument that the server passes on unread is JSON, where a date is a text; one that it reads as a date stays one",
  },
};

export const isNodeJudged = process.env.INTEROP_HOST === "node";
