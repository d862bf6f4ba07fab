import { useEffect, useState } from '../Assets/vendor/htm-preact.js';

/**
 * A value that components follow.
 * @template T
 */
export class Store {
  /** @type {Set<() => void>} */
  #followers = new Set();
  #value;

  /** @param {T} value */
  constructor(value) {
    this.#value = value;
  }

  get value() {
    return this.#value;
  }

  set value(next) {
    if (next === this.#value) return;
    this.#value = next;
    for (const follower of this.#followers) follower();
  }

  /**
   * @param {() => void} follower
   * @returns {() => void} ends it
   */
  follow(follower) {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

/**
 * The value of a store; the component is drawn again when it changes.
 * @template T
 * @param {Store<T>} store
 */
export function useStore(store) {
  const [, draw] = useState(store.value);
  useEffect(() => {
    const changed = () => draw(() => store.value);
    changed();
    return store.follow(changed);
  }, [store]);
  return store.value;
}
