import { html } from '../../Assets/vendor/htm-preact.js';
import { t } from '../texts.js';

// A shape for each state, so that the color isn't the only signal.
const shapes = {
  Connected: { kind: 'good', path: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Z' },
  Running: { kind: 'good', path: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Z' },
  Connecting: { kind: 'busy', path: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Zm0 1.6v6.8a3.4 3.4 0 0 0 0-6.8Z' },
  BackingOff: { kind: 'warn', path: 'M6 .9 11.6 10.8H.4Z' },
  Retrying: { kind: 'warn', path: 'M6 .9 11.6 10.8H.4Z' },
  Open: { kind: 'bad', path: 'M6 .3 11.7 6 6 11.7.3 6Z' },
  Failed: { kind: 'bad', path: 'M6 .3 11.7 6 6 11.7.3 6Z' },
  Stopped: { kind: 'off', path: 'M1.5 1.5h9v9h-9Z' },
  Idle: { kind: 'off', path: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Zm0 1.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z' },
  Disabled: { kind: 'off', path: 'M1 5h10v2H1Z' },
};

/**
 * The state of a stream or of a handler: a shape, a color and a word.
 * @param {{ state: keyof typeof shapes }} props
 */
export function State({ state }) {
  const { kind, path } = shapes[state] ?? shapes.Idle;
  return html`
    <span class="state-mark ${kind}">
      <svg viewBox="0 0 12 12" aria-hidden="true"><path fill-rule="evenodd" d=${path} /></svg>${t(state)}
    </span>`;
}
