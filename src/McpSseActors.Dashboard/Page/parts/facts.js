import { html } from '../../Assets/vendor/htm-preact.js';

/**
 * Names and their values.
 * @param {{ facts: ({ name: string, value: unknown, note?: string, isBad?: boolean } | false | null | undefined)[] }} props
 */
export const Facts = ({ facts }) => html`
  <dl class="facts">
    ${facts.map((fact) => fact && html`
      <div key=${fact.name} class=${fact.isBad ? 'bad' : ''}>
        <dt>${fact.name}${fact.note && html` <span class="muted">${fact.note}</span>`}</dt>
        <dd>${fact.value}</dd>
      </div>`)}
  </dl>`;

/**
 * The most important figures, large.
 * @param {{ figures: { name: string, value: unknown, note?: unknown, isBad?: boolean, href?: string }[] }} props
 */
export const Figures = ({ figures }) => html`
  <dl class="figures">
    ${figures.map(({ name, value, note, isBad, href }) => html`
      <div key=${name} class=${isBad ? 'bad' : ''}>
        <dt>${href ? html`<a href=${href}>${name}</a>` : name}</dt>
        <dd>${value}</dd>
        <dd class="muted">${note}</dd>
      </div>`)}
  </dl>`;
