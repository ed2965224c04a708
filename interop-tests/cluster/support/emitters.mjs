// Emitters: processes without a server that speak to a cluster. The classic adapter's comes from npm. That of the streams is
// written here like the npm package @socket.io/redis-streams-emitter 0.1, which not every registry has. For the sharded adapter
// there is no package; here is what one would publish.
import { encode as encodeForStreams } from "@msgpack/msgpack";
import { Emitter as ClassicEmitter } from "@socket.io/redis-emitter";
import { encode as encodeForPubSub } from "notepack.io";

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

const mayHoldBytes = (type) => type === messageTypes.broadcast || type === messageTypes.serverSideEmit;

/** An emitter on a stream, like the package's. `redis` is a client of node-redis. */
export class StreamsEmitter extends Operator {
  #redis;
  #options;

  constructor(redis, options = {}, namespace = "/") {
    const { streamName, maxLen } = { streamName: "socket.io", maxLen: 10_000, ...options };
    super((type, dataFor) => {
      const data = dataFor(namespace);
      const isBinary = mayHoldBytes(type) && holdsBytes(data);
      const text = isBinary ? Buffer.from(encodeForStreams(data)).toString("base64") : JSON.stringify(data);
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

/** An emitter on sharded channels. A message to one room goes to the channel of that room, if rooms have channels. */
export class ShardedEmitter extends Operator {
  #redis;
  #options;

  constructor(redis, options = {}, namespace = "/") {
    const { channelPrefix, subscriptionMode } = { channelPrefix: "socket.io", subscriptionMode: "dynamic", ...options };
    const hasChannel = (room) => subscriptionMode === "dynamic-private" || (subscriptionMode === "dynamic" && room.length !== 20);
    super((type, dataFor) => {
      const message = { type, data: dataFor(namespace), uid: "emitter", nsp: namespace };
      const payload = mayHoldBytes(type) && holdsBytes(message) ? encodeForPubSub(message) : JSON.stringify(message);
      const [room, ...more] = type === messageTypes.broadcast ? message.data.opts.rooms : [];
      const ofRoom = room !== undefined && more.length === 0 && hasChannel(room) ? `${room}#` : "";
      return redis.sPublish(`${channelPrefix}#${namespace}#${ofRoom}`, payload);
    });
    this.#redis = redis;
    this.#options = options;
  }

  of(namespace) {
    return new ShardedEmitter(this.#redis, this.#options, namespace);
  }
}

const emitters = { classic: ClassicEmitter, sharded: ShardedEmitter, streams: StreamsEmitter };

/** An emitter for a cluster with these options of its adapter. */
export const emitterFor = (adapter, redis, options) => new emitters[adapter](redis, options);
