import { hostNow } from './live.js';
import { Store, useStore } from './store.js';

const ticks = new Store(0);
setInterval(() => (ticks.value += 1), 1_000);

/** The time of the host's clock; the component is drawn again each second. */
export function useNow() {
  useStore(ticks);
  return hostNow();
}
