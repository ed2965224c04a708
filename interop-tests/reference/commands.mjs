// What every session of a host does with a message: an echo, but for a few text commands.

const streamBatch = 10;

/** Answers one message; `session` is an engine.io Socket. */
export function answerCommand(session, data) {
  if (typeof data !== "string") {
    session.send(data);
    return;
  }
  const [command, ...rest] = data.split(":");
  const number = Number(rest[0]);
  switch (command) {
    case "close":
      session.close();
      return;
    case "close-discard":
      session.close(true);
      return;
    case "transport":
      session.send(session.transport.name);
      return;
    case "query":
      session.send(String(session.request._query[rest[0]] ?? "none"));
      return;
    case "header":
      session.send(session.request.headers[rest[0]] ?? "none");
      return;
    case "address":
      session.send(session.remoteAddress);
      return;
    case "secure":
      session.send(String(Boolean(session.request.connection.encrypted)));
      return;
    case "burst":
      for (let index = 0; index < number; index++) {
        session.send(String(index));
      }
      return;
    case "stream":
      streamNumbers(session, number, Number(rest[1]));
      return;
    case "big":
      session.send("a".repeat(number));
      return;
    case "plain":
      session.send("a".repeat(number), { compress: false });
      return;
    case "bigbin":
      session.send(Buffer.alloc(number, 0x61));
      return;
    case "later":
      setTimeout(() => session.send(rest.slice(1).join(":")), number);
      return;
    case "say-and-close":
      session.send(rest.join(":"));
      session.close();
      return;
    default:
      session.send(data);
  }
}

/** Sends "0".."count-1", ten of them every `interval` milliseconds. */
function streamNumbers(session, count, interval) {
  let next = 0;
  const timer = setInterval(() => {
    for (let sent = 0; sent < streamBatch && next < count; sent++) {
      session.send(String(next++));
    }
    if (next >= count || session.readyState === "closed") {
      clearInterval(timer);
    }
  }, interval);
}
