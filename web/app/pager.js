// The way through the pages of a list.
import { html } from "../vendor/preact.js";
import { Icon } from "./app.js";

const SIZES = [10, 25, 50, 100];

/** `pages` is what usePages answers, `count` how many things are on this one; with `size` and `onSize`, that can be chosen. */
export function Pager({ pages, count, size, onSize, label }) {
  // What fits on the smallest page needs no way through it.
  if (pages.number === 1 && !pages.hasNext && count <= SIZES[0]) return null;
  const isBusy = pages.isLoading;
  return html`<nav class="pager" aria-label=${label}>
    <button type="button" class="button small" disabled=${pages.number === 1} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.previous()}><${Icon} name="previous" /> Previous</button>
    <span class="figures" aria-live="polite">Page ${pages.number}</span>
    <button type="button" class="button small" disabled=${!pages.hasNext} aria-disabled=${isBusy ? "true" : null} onClick=${() => !isBusy && pages.next()}>Next <${Icon} name="next" /></button>
    ${onSize && html`<label class="inline">Rows <select value=${String(size)} onChange=${(event) => onSize(Number(event.target.value))}>
      ${SIZES.map((n) => html`<option key=${n} value=${String(n)}>${n}</option>`)}</select></label>`}
  </nav>`;
}
