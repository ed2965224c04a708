// Lets server A broadcast, and waits until the clients of server B have everything.
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const payload = "x".repeat(64);
const tick = 5;

export class Load {
  #senders;
  #published = 0;
  #arrived = 0;
  #onArrived = () => {};

  /** What the first of the receivers gets tells how far the events are. */
  constructor(senders) {
    this.#senders = senders;
  }

  get published() {
    return this.#published;
  }

  onArrived() {
    this.#arrived++;
    this.#onArrived();
  }

  /** Some events a second, spread evenly as far as a timer can. */
  async sendAtRate(perSecond, seconds) {
    const begin = performance.now();
    const total = Math.round(perSecond * seconds);
    for (let sent = 0; sent < total; ) {
      const due = Math.min(total, Math.floor(((performance.now() - begin) / 1000) * perSecond));
      for (; sent < due; sent++) {
        this.#send();
      }
      await pause(tick);
    }
    await this.#whenAllArrived();
  }

  /** A number of events on their way all the time: as fast as the servers can. */
  async sendInFlight(window, seconds) {
    const end = performance.now() + seconds * 1000;
    let done;
    const ended = new Promise((resolve) => (done = resolve));
    this.#onArrived = () => {
      if (performance.now() < end) {
        this.#send();
      } else {
        done();
      }
    };
    for (let sent = 0; sent < window; sent++) {
      this.#send();
    }
    await Promise.race([ended, pause(seconds * 1000 + 10_000)]);
    this.#onArrived = () => {};
    await this.#whenAllArrived();
  }

  // Always the same sender: between several of them, the order in which A reads is not that of their messages.
  #send() {
    this.#senders[0].send(`42["relay",${this.#published++},"${payload}"]`);
  }

  /** Waits until something is so, but not for ever. */
  async settle(isSettled) {
    for (let waited = 0; !isSettled() && waited < 20_000; waited += tick) {
      await pause(tick);
    }
  }

  #whenAllArrived() {
    return this.settle(() => this.#arrived >= this.#published);
  }
}
