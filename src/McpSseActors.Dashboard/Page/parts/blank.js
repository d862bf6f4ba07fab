import { html } from '../../Assets/vendor/htm-preact.js';

/**
 * What a page shows instead of content: that there is none, or why.
 * @param {{ title: string, text?: string, children?: unknown }} props
 */
export const Blank = ({ title, text, children }) => html`
  <div class="blank">
    <p class="blank-title">${title}</p>
    ${text && html`<p class="muted">${text}</p>`}
    ${children}
  </div>`;

/**
 * Something is on its way.
 * @param {{ label: string }} props
 */
export const Loading = ({ label }) => html`<div class="blank loading" role="status"><span class="spinner" aria-hidden="true"></span>${label}</div>`;
