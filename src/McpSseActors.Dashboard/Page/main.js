import { html, render } from '../Assets/vendor/htm-preact.js';
import { App } from './app.js';
import { locale } from './texts.js';

document.documentElement.lang = locale;
const place = document.getElementById('app');
if (place) render(html`<${App} />`, place);
