// Writes what the npm package @socket.io/redis-streams-emitter 0.1 writes; the package itself cannot be had everywhere.
import { encode } from "@msgpack/msgpack";

const messageTypes = { broadcast: 3, join: 4, leave: 5, disconnect: 6, serverSideEmit: 9 };

const holdsBytes = (value) =>
  value !== null && typeof value === "object" && (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || Object.values(value).some(holdsBytes));

const listOf = (oneOrMany) => [oneOrMany].flat();

class Operator {
  constructor(write, { rooms = [], except = [], flags = {} } = {}) {
    this.write = write;
    this.target = { rooms, except, flags };
  }

  #with(change) {
    return new Operator(this.write, { ...this.target, ...change });
  }

  to(rooms) {
    return this.#with({ rooms: [...new Set([...this.target.rooms, ...listOf(rooms)])] });
  }

  in(rooms) {
    return this.to(rooms);
  }

  except(rooms) {
    return this.#with({ except: [...new Set([...this.target.except, ...listOf(rooms)])] });
  }

  compress(compress) {
    return this.#with({ flags: { ...this.target.flags, compress } });
  }

  get volatile() {
    return this.#with({ flags: { ...this.target.flags, volatile: true } });
  }

  emit(...data) {
    const { rooms, flags, except } = this.target;
    return this.write(messageTypes.broadcast, (nsp) => ({ packet: { type: 2, data, nsp }, opts: { rooms, flags, except } }));
  }

  #change(type, rest) {
    const { rooms, except } = this.target;
    return this.write(type, () => ({ opts: { rooms, except, flags: {} }, ...rest }));
  }

  socketsJoin(rooms) {
    return this.#change(messageTypes.join, { rooms: listOf(rooms) });
  }

  socketsLeave(rooms) {
    return this.#change(messageTypes.leave, { rooms: listOf(rooms) });
  }

  disconnectSockets(close = false) {
    return this.#change(messageTypes.disconnect, { close });
  }

  serverSideEmit(...packet) {
    return this.write(messageTypes.serverSideEmit, () => ({ packet }));
  }
}

/** An emitter on a stream, like the package's. `redis` is a client of node-redis. */
export class StreamsEmitter extends Operator {
  #redis;
  #options;

  constructor(redis, options = {}, namespace = "/") {
    const { streamName, maxLen } = { streamName: "socket.io", maxLen: 10_000, ...options };
    super((type, dataFor) => {
      const data = dataFor(namespace);
      const mayBeBytes = type === messageTypes.broadcast || type === messageTypes.serverSideEmit;
      const text = mayBeBytes && holdsBytes(data) ? Buffer.from(encode(data)).toString("base64") : JSON.stringify(data);
      const fields = ["uid", "emitter", "nsp", namespace, "type", `${type}`, "data", text];
      return redis.sendCommand(["XADD", streamName, "MAXLEN", "~", `${maxLen}`, "*", ...fields]);
    });
    this.#redis = redis;
    this.#options = options;
  }

  of(namespace) {
    return new StreamsEmitter(this.#redis, this.#options, namespace);
  }
}
