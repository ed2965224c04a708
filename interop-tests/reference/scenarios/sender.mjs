// The sender of a broadcast, as an event of a test describes it.

/** { from, to, except, flags } as the sender that it describes. */
export function senderOf(namespace, socket, { from = "server", to = [], except = [], flags = [] }) {
  let sender = from === "socket" ? socket.broadcast : namespace.except([]);
  if (to.length > 0) {
    sender = sender.to(to);
  }
  if (except.length > 0) {
    sender = sender.except(except);
  }
  if (flags.includes("volatile")) {
    sender = sender.volatile;
  }
  if (flags.includes("local")) {
    sender = sender.local;
  }
  if (flags.includes("compress")) {
    sender = sender.compress(true);
  }
  if (flags.includes("uncompressed")) {
    sender = sender.compress(false);
  }
  return sender;
}
