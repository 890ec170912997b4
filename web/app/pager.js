// The way through the pages of a list.
import { html } from "../vendor/preact.js";
import { Icon } from "./app.js";

const SIZES = [10, 25, 50, 100];

/** `pages` is what usePages answers; with `size` and `onSize`, how long a page is can be chosen. */
export function Pager({ pages, size, onSize, label }) {
  const isBusy = pages.isLoading;
  return html`<nav class="pager" aria-label=${label}>
    <button type="button" class="button small" disabled=${pages.number === 1} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.previous()}><${Icon} name="previous" /> Previous</button>
    <span class="figures" aria-live="polite">Page ${pages.number}</span>
    <button type="button" class="button small" disabled=${!pages.hasNext} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.next()}>Next <${Icon} name="next" /></button>
    ${onSize && html`<label class="inline">Rows <select value=${String(size)} onChange=${(event) => onSize(Number(event.target.value))}>
      ${SIZES.map((n) => html`<option key=${n} value=${String(n)}>${n}</option>`)}</select></label>`}
  </nav>`;
}
