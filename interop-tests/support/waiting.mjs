// The one place that knows how long a test may wait. What does come takes milliseconds; machines that do other work beside it need longer.

const patience = 30_000;
const pollInterval = 10;

/** Waits for `promise`; when it takes too long the error says what was being waited for. */
export async function within(promise, what, milliseconds = patience) {
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms in vain for ${what}`)), milliseconds);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until `probe` answers something other than undefined, null or false. */
export async function eventually(probe, what, milliseconds = patience) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== null && answer !== false) {
      return answer;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pollInterval));
  }
}

/** The arguments of the next `event` of an emitter (Node's or component-emitter: both know `once`). */
export function nextEvent(emitter, event, milliseconds = patience) {
  return within(
    new Promise((resolve) => emitter.once(event, (...args) => resolve(args))),
    `the event "${event}"`,
    milliseconds,
  );
}

/** A queue of things that arrive: `push` on one side, awaited `next` on the other, `fail` when no more can come. */
export class Arrivals {
  #items = [];
  #waiters = [];
  #failure;

  push(item) {
    const waiter = this.#waiters.shift();
    if (waiter) {
      waiter.resolve(item);
    } else {
      this.#items.push(item);
    }
  }

  fail(error) {
    this.#failure = error;
    for (const { reject } of this.#waiters.splice(0)) {
      reject(error);
    }
  }

  next(what = "something to arrive", milliseconds = patience) {
    if (this.#items.length > 0) {
      return Promise.resolve(this.#items.shift());
    }
    if (this.#failure) {
      return Promise.reject(this.#failure);
    }
    return within(new Promise((resolve, reject) => this.#waiters.push({ resolve, reject })), what, milliseconds);
  }

  async take(count) {
    const taken = [];
    while (taken.length < count) {
      taken.push(await this.next(`item ${taken.length + 1} of ${count}`));
    }
    return taken;
  }

  get waiting() {
    return this.#items.length;
  }
}
