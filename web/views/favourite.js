// One favourite product: what it was when it was chosen, and what it is now.
import { html, useState } from "../vendor/preact.js";
import { Icon } from "../app/app.js";
import { Time } from "../app/time.js";
import { PriceHistory } from "./price-history.js";

export function Favourite({ favourite, path, onRemove }) {
  const [isOpen, open] = useState(false);
  const { product_id: id, title, price, favorited_at: at, current } = favourite;
  return html`<li class="favourite card">
    <${Picture} src=${current.image_url} />
    <div class="favourite-body">
      <h2>${current.title}</h2>
      ${current.title !== title && html`<p class="hint">was “${title}”</p>`}
      <p class="prices figures">
        <span><span class="label">Chosen</span> ${price}</span>
        <span><span class="label">Now</span> <b>${current.price}</b></span>
        <${Change} amount=${favourite.price_change} from=${price} />
      </p>
      <p class="hint">${current.available ? html`Seen <${Time} at=${current.refreshed_at} relative />` : html`<span class="pill warm">not in the catalogue any more</span>`} · chosen <${Time} at=${at} relative />${current.review && html` · rated ${current.review}`}</p>
      <p class="favourite-actions">
        <button type="button" class="button small" onClick=${() => open(true)} aria-haspopup="dialog"><${Icon} name="chart" /> Price history<span class="hidden"> of ${current.title}</span></button>
        ${onRemove && html`<button type="button" class="icon-button" title="Remove" aria-label=${`Remove ${current.title}`} onClick=${onRemove}><${Icon} name="remove" /></button>`}
      </p>
    </div>
    ${isOpen && html`<${PriceHistory} title=${current.title} path="${path}/favorites/${encodeURIComponent(id)}/history" onClose=${() => open(false)} />`}
  </li>`;
}

/** Decorative: the name stands beside it. One that does not load leaves its place, and nothing broken in it. */
export function Picture({ src }) {
  const hide = (event) => { event.target.hidden = true; };
  return html`<div class="picture">${src && html`<img src=${src} alt="" width="400" height="400" loading="lazy" decoding="async" onError=${hide} />`}</div>`;
}

/** The difference as the API says it, exactly; the percentage only for the eye. */
export function Change({ amount, from }) {
  const value = Number(amount);
  if (value === 0) return html`<span class="pill">unchanged</span>`;
  const percent = Number(from) > 0 ? ` (${Math.abs(Math.round((100 * value) / Number(from)))} %)` : "";
  return html`<span class="pill ${value < 0 ? "good" : "warm"}">${value < 0 ? "−" : "+"}${String(amount).replace(/^[+-]/, "")}${percent}</span>`;
}
