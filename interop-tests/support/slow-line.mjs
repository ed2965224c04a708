// A TCP proxy that is as slow as a bad mobile line: all connections together get so many bytes a second each way,
// in small slices on a timer, and whoever sends faster is held back.
import { createServer } from "node:net";
import { connectTo } from "./connecting.mjs";

const sliceInterval = 50;
const largestBacklog = 4096;

/** The bytes of one connection that travel one way. */
class Lane {
  #backlog = Buffer.alloc(0);
  #hasEnded = false;

  constructor(from, to) {
    this.from = from;
    this.to = to;
    from.on("data", (chunk) => {
      this.#backlog = Buffer.concat([this.#backlog, chunk]);
      if (this.#backlog.length > largestBacklog) {
        from.pause();
      }
    });
    from.on("end", () => {
      this.#hasEnded = true;
    });
  }

  get isWaiting() {
    return this.#backlog.length > 0;
  }

  /** Passes on at most `most` bytes; tells how many. */
  pass(most) {
    const slice = this.#backlog.subarray(0, most);
    this.#backlog = this.#backlog.subarray(slice.length);
    if (slice.length > 0) {
      this.to.write(slice);
    }
    if (this.#backlog.length <= largestBacklog && this.from.isPaused()) {
      this.from.resume();
    }
    return slice.length;
  }

  endIfDone() {
    if (this.#hasEnded && !this.isWaiting && !this.to.writableEnded) {
      this.to.end();
    }
  }
}

export class SlowLine {
  #listener;
  #timer;
  #sockets = new Set();
  #lanes = { up: new Set(), down: new Set() };

  /** Starts a line of so many bytes a second in front of `targetUrl`. */
  static async start(targetUrl, bytesPerSecond) {
    const line = new SlowLine();
    line.#listener = createServer({ allowHalfOpen: true }, (client) => line.#join(client, connectTo(targetUrl, { allowHalfOpen: true })));
    await new Promise((resolve) => line.#listener.listen(0, "127.0.0.1", resolve));
    line.url = `http://127.0.0.1:${line.#listener.address().port}`;
    const slice = Math.floor((bytesPerSecond * sliceInterval) / 1000);
    line.#timer = setInterval(() => {
      line.#pass(line.#lanes.up, slice);
      line.#pass(line.#lanes.down, slice);
    }, sliceInterval);
    return line;
  }

  #join(client, server) {
    for (const [direction, from, to] of [["up", client, server], ["down", server, client]]) {
      const lane = new Lane(from, to);
      from.setNoDelay(true);
      this.#sockets.add(from);
      this.#lanes[direction].add(lane);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        if (from.destroyed && !from.readableEnded) {
          to.destroy();
        }
      });
      to.on("close", () => this.#lanes[direction].delete(lane));
    }
  }

  /** One slice of time: what one connection leaves over goes to the next. */
  #pass(lanes, slice) {
    let left = slice;
    for (const lane of [...lanes]) {
      if (left > 0 && lane.isWaiting) {
        left -= lane.pass(left);
        // Behind the others for the next slice.
        lanes.delete(lane);
        lanes.add(lane);
      }
      lane.endIfDone();
    }
  }

  stop() {
    clearInterval(this.#timer);
    this.#listener.close();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }
}
