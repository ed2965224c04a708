// Runs inputs one after the other and keeps what Redis has carried for each.
import { Masks } from "./masks.mjs";
import { Monitor } from "./monitor.mjs";
import { startPair } from "./pair.mjs";

const publishing = new Set(["PUBLISH", "SPUBLISH"]);
const subscribing = new Set(["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "SUNSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE"]);

/** The body of an arrow function, as a reader would write it. */
function sourceOf(action) {
  return action
    .toString()
    .replace(/^(async )?\([^)]*\) =>\s*/s, "")
    .replace(/\s+/g, " ");
}

/** An adapter may subscribe on a connection that it opens itself; then its own channel tells whose it is. */
const ownerOf = (channels) => /#(A|B|a|b)\1+#/.exec(channels.join())?.[1].toUpperCase() ?? "?";

const pairs = (fields) => fields.flatMap((_, index) => (index % 2 === 0 ? [[`${fields[index]}`, `${fields[index + 1]}`]] : []));

export class Recorder {
  messages = [];
  #url;

  constructor(url) {
    this.#url = url;
  }

  /**
   * Starts a pair of nodes, runs the steps [name, action], and stops it. An action gets { a, b, io, socket, redis };
   * `io` and `socket` are those of a.
   */
  async section(title, { makeAdapter, serverOptions, namespaces, steps, withStart = true }) {
    const masks = new Masks();
    const monitor = await Monitor.open(this.#url);
    const pair = await startPair({ url: this.#url, makeAdapter, serverOptions, namespaces, masks });
    const atStart = await monitor.take();
    if (withStart) {
      this.#keep(`${title}: two nodes start, a client joins r1 on each`, "", atStart, masks, pair);
    }
    const [redis] = pair.a.redis;
    for (const [name, action] of steps) {
      await action({ a: pair.a, b: pair.b, io: pair.a.io, socket: pair.a.socket, redis });
      this.#keep(`${title}: ${name}`, sourceOf(action), await monitor.take(), masks, pair);
    }
    await pair.stop();
    monitor.close();
  }

  #keep(name, source, commands, masks, { addresses }) {
    const kept = commands.map((command) => this.#entryOf(command, masks, addresses)).filter(Boolean);
    for (const entry of kept) {
      this.messages.push({ name, source, ...entry });
    }
  }

  #entryOf({ address, name, args }, masks, addresses) {
    const by = addresses.get(address) ?? "?";
    if (publishing.has(name)) {
      masks.learnFrom(args[1]);
      return { by, command: name, channel: masks.text(args[0].toString()), hex: masks.bytes(args[1]).toString("hex") };
    }
    if (subscribing.has(name)) {
      const channels = args.map((channel) => masks.text(channel.toString()));
      return { by: addresses.get(address) ?? ownerOf(channels), command: name, channels };
    }
    if (name === "XADD") {
      const [key, ...rest] = args.map((argument) => argument.toString());
      const end = rest.indexOf("*");
      const fields = pairs(rest.slice(end + 1)).map(([field, value]) => [field, field === "data" ? masks.textOrBase64(value) : masks.text(value)]);
      return { by, command: name, key, options: rest.slice(0, end), fields };
    }
    if (name === "SET") {
      const [key, value, ...options] = args.map((argument) => argument.toString());
      return { by, command: name, key: masks.text(key), value: masks.textOrBase64(value), options };
    }
    return undefined;
  }
}
