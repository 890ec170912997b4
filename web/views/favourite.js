// One favourite product: what it was when it was chosen, and what it is now.
import { html, useEffect, useState } from "../vendor/preact.js";
import { call, withQuery } from "../app/api.js";
import { Icon } from "../app/app.js";
import { Sparkline } from "../app/chart.js";
import { budgets } from "../app/exchanges.js";
import { Time } from "../app/time.js";
import { PriceHistory } from "./price-history.js";

export function Favourite({ favourite, path, onRemove }) {
  const [isOpen, open] = useState(false);
  const { product_id: id, title, price, favorited_at: at, current } = favourite;
  const history = `${path}/favorites/${encodeURIComponent(id)}/history`;
  return html`<li class="favourite card">
    <${Picture} src=${current.image_url} />
    <div class="favourite-body">
      <h2>${current.title}</h2>
      ${current.title !== title && html`<p class="hint">was “${title}”</p>`}
      <div class="prices figures">
        <p><span class="label">Chosen</span> ${price}</p>
        <p><span class="label">Now</span> <b>${current.price}</b></p>
        <${Change} amount=${favourite.price_change} from=${price} />
      </div>
      ${Number(favourite.price_change) !== 0 && html`<${Trend} title=${current.title} path=${history} />`}
      <p class="hint">${current.available ? html`Seen <${Time} at=${current.refreshed_at} relative />` : html`<span class="pill warm">not in the catalogue any more</span>`} · chosen <${Time} at=${at} relative />${current.review && html` · rated ${current.review}`}</p>
      <p class="favourite-actions">
        <button type="button" class="button small" onClick=${() => open(true)} aria-haspopup="dialog"><${Icon} name="chart" /> Price history<span class="hidden"> of ${current.title}</span></button>
        ${onRemove && html`<button type="button" class="icon-button" title="Remove" aria-label=${`Remove ${current.title}`} onClick=${onRemove}><${Icon} name="remove" /></button>`}
      </p>
    </div>
    ${isOpen && html`<${PriceHistory} title=${current.title} path=${history} onClose=${() => open(false)} />`}
  </li>`;
}

/** The way of the price in small. It is worth a request only while many are left, and nothing is amiss without it. */
function Trend({ title, path }) {
  const [prices, set] = useState(null);
  useEffect(() => {
    const left = budgets.get()["customers:read"]?.remaining ?? 0;
    if (left > 20) call("GET", withQuery(path, { limit: 50 })).then(({ data }) => set(data.snapshots.map(({ price }) => Number(price))), () => {});
  }, [path]);
  if (!prices) return html`<div class="spark"></div>`;
  return html`<${Sparkline} values=${[...prices, prices.at(-1)]} label=${`Price of ${title}: from ${prices[0]} to ${prices.at(-1)} in ${prices.length} steps`} />`;
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
