// Chance that repeats itself: the same seed gives the same script on every machine.

export class Chance {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
    // Neighbouring seeds begin alike; some steps take them apart.
    for (let step = 0; step < 8; step++) {
      this.#next();
    }
  }

  /** A whole number of 32 bits (a Weyl sequence, mixed by multiplications). */
  #next() {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** A whole number below `bound`. */
  below(bound) {
    return Math.floor((this.#next() / 2 ** 32) * bound);
  }

  /** A whole number from `low` to `high`, both included. */
  between(low, high) {
    return low + this.below(high - low + 1);
  }

  /** True in `percent` of a hundred cases. */
  hits(percent) {
    return this.below(100) < percent;
  }

  pick(values) {
    return values[this.below(values.length)];
  }

  /** One of the names of an object whose values are weights. */
  weighted(weights) {
    const entries = Object.entries(weights);
    let left = this.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
    return entries.find(([, weight]) => (left -= weight) < 0)[0];
  }

  list(low, high, make) {
    return Array.from({ length: this.between(low, high) }, (_, index) => make(index));
  }

  bytes(low, high) {
    return Buffer.from(this.list(low, high, () => this.below(256)));
  }
}
