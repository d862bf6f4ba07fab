/** @typedef {import('./contract').EventRow} EventRow */

/** The newest events of a stream; the oldest leave when there are too many. */
export class EventsBuffer {
  static MOST = 2_000;
  /** @type {EventRow[]} oldest first */
  #events = [];
  skipped = 0;

  get count() {
    return this.#events.length;
  }

  /** Events may come twice: once as recent ones, once live. @param {EventRow[]} events */
  add(events, skipped = 0) {
    const newest = this.#events.at(-1)?.sequence ?? -1;
    for (const event of events) if (event.sequence > newest) this.#events.push(event);
    this.#events.splice(0, this.#events.length - EventsBuffer.MOST);
    this.skipped += skipped;
  }

  /** What is in it now, newest first. */
  snapshot() {
    return this.#events.toReversed();
  }
}
