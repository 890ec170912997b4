// One customer: who it is, and what it likes. The list never asks the catalogue, so it is there when that is not; `Refresh prices`
// asks it in the background, and the list is read again until the answers are there.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { call, read } from "../app/api.js";
import { Icon, session, useStore } from "../app/app.js";
import { Sparkline, StepChart } from "../app/chart.js";
import { Confirm, Dialog } from "../app/dialog.js";
import { budgets } from "../app/exchanges.js";
import { Loaded, Pager, useAddress, useLoad, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { toast, useDeferredRemoval } from "../app/toast.js";
import { CustomerForm } from "./favourites.js";
import { isolated } from "./foreign.js";

const BACK = html`<a href="#/favourites">Favourites</a>`;
const LOOK_AGAIN_MS = [1500, 3000, 6000];

export function NoCustomer() {
  return html`<${Page} title="Customer" above=${BACK}><${Empty} title="There is no such customer"><p>It may have been deleted.</p><//><//>`;
}

export function Customer({ id, query }) {
  const path = `/v1/customers/${encodeURIComponent(id)}`;
  const [{ limit }, change] = useAddress(`favourites/${id}`, query, { limit: "25" });
  const [dialog, open] = useState(null);
  const { me } = useStore(session);
  const customer = useLoad((signal) => call("GET", path, { signal }).then(({ data, headers }) => ({ ...data, etag: headers.get("etag") })), [id]);
  const pages = usePages((cursor, signal) => read(`${path}/favorites`, { limit, cursor }, signal), [id, limit]);
  const removal = useDeferredRemoval({
    remove: ({ product_id: product }, { keepalive } = {}) => call("DELETE", `${path}/favorites/${encodeURIComponent(product)}`, { keepalive }),
    nameOf: ({ title }) => isolated(title),
    done: pages.reload,
  });
  const refresh = useRefresh(path, pages.reload);
  const isOwn = customer.data?.owner_id === me.id;
  const saved = ({ ...now }, etag) => {
    customer.replace(() => ({ ...now, etag }));
    open(null);
    toast(`${isolated(now.name)} is saved.`);
  };
  const actions = isOwn && html`
    <button type="button" class="button" aria-disabled=${refresh.isBusy ? "true" : null} data-busy=${refresh.isBusy} onClick=${refresh.begin}><${Icon} name="refresh" /> Refresh prices</button>
    <a class="button primary" href="#/favourites/catalogue?for=${id}"><${Icon} name="add" /> Add products</a>`;
  if (customer.problem?.status === 404) return html`<${NoCustomer} />`;
  if (!customer.data) {
    return html`<${Page} title="Customer" above=${BACK}><${Loaded} from=${customer} title="This customer could not be read." skeleton=${html`<${Skeleton} rows=${4} shape="tile" />`} /><//>`;
  }
  const { name, email } = customer.data;
  return html`<${Page} title=${name} above=${BACK} actions=${actions} intro=${html`${email}${isOwn && html` · <button type="button" class="link" onClick=${() => open("edit")}>Edit</button> · <button type="button" class="link" onClick=${() => open("delete")}>Delete</button>`}`}>
    <${Loaded} from=${pages} title="The favourites could not be read." skeleton=${html`<${Skeleton} rows=${4} shape="tile" />`}>
      ${({ favorites }) => {
        const shown = favorites.map((favorite) => ({ ...favorite, id: favorite.product_id })).filter((one) => !removal.isPending(one.id));
        if (shown.length === 0) return html`<${Empty} title="No favourites yet"><p>Choose products in the catalogue. What they cost on that day is kept.</p>${isOwn && html`<a class="button primary" href="#/favourites/catalogue?for=${id}">Choose products</a>`}<//>`;
        return html`<ul class="favourites">${shown.map((one) => html`<${Favourite} key=${one.id} favourite=${one} path=${path} onRemove=${isOwn && (() => removal.begin(one))} />`)}</ul>`;
      }}
    <//>
    ${pages.data && html`<${Pager} label="Pages of favourites" pages=${pages} count=${pages.data.favorites.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
    ${dialog === "edit" && html`<${CustomerForm} customer=${customer.data} etag=${customer.data.etag} onClose=${() => open(null)} onSaved=${saved} onReload=${customer.reload} />`}
    ${dialog === "delete" && html`<${Remove} customer=${customer.data} path=${path} onClose=${() => open(null)} />`}
  <//>`;
}

function Remove({ customer: { name, etag }, path, onClose }) {
  const act = async () => {
    await call("DELETE", path, { headers: etag ? { "if-match": etag } : {} });
    toast(`${isolated(name)} is deleted.`);
    location.hash = "#/favourites";
  };
  return html`<${Confirm} title=${html`Delete <bdi>${name}</bdi>?`} action="Delete" act=${act} onClose=${onClose}><p>The favourites and their price histories are deleted too. This cannot be taken back.</p><//>`;
}

/** Asks for a refresh, which happens in the background, and has the list read again some times. */
function useRefresh(path, reload) {
  const [isBusy, setIsBusy] = useState(false);
  const timers = useRef([]);
  const latest = useRef(reload);
  latest.current = reload;
  useEffect(() => () => timers.current.forEach(clearTimeout), []);
  const begin = async () => {
    if (isBusy) return;
    setIsBusy(true);
    try {
      const { data } = await call("POST", `${path}/favorites/refresh`);
      toast(data.queued === 0 ? "There is nothing to refresh." : `${data.queued} ${data.queued === 1 ? "product is" : "products are"} being looked up.`);
      timers.current = LOOK_AGAIN_MS.map((ms) => setTimeout(() => latest.current(), ms));
      timers.current.push(setTimeout(() => setIsBusy(false), LOOK_AGAIN_MS.at(-1)));
    } catch (problem) {
      toast(`Prices could not be refreshed. ${problem.message}`, { problem, ms: 10_000 });
      setIsBusy(false);
    }
  };
  return { isBusy, begin };
}

/** What a product was when it was chosen, and what it is now. */
function Favourite({ favourite, path, onRemove }) {
  const [isOpen, open] = useState(false);
  const { product_id: id, title, price, favorited_at: at, current } = favourite;
  const history = `${path}/favorites/${encodeURIComponent(id)}/history`;
  return html`<li class="favourite card">
    <${Picture} src=${current.image_url} />
    <div class="favourite-body">
      <h2 dir="auto">${current.title}</h2>
      ${current.title !== title && html`<p class="hint">was “<bdi>${title}</bdi>”</p>`}
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
    if (left > 20) read(path, { limit: 50 }).then((data) => set(data.snapshots.map(({ price }) => Number(price))), () => {});
  }, [path]);
  if (!prices) return html`<div class="spark"></div>`;
  return html`<${Sparkline} zoom values=${[...prices, prices.at(-1)]} label=${`Price of ${title}: from ${prices[0]} to ${prices.at(-1)} in ${prices.length} steps`} />`;
}

/** Decorative: the name stands beside it. One that does not load leaves its place, and nothing broken in it. */
export function Picture({ src }) {
  const hide = (event) => { event.target.hidden = true; };
  return html`<div class="picture">${src && html`<img src=${src} alt="" width="400" height="400" loading="lazy" decoding="async" onError=${hide} />`}</div>`;
}

/** The difference as the API says it, exactly; the percentage only for the eye. */
function Change({ amount, from }) {
  const value = Number(amount);
  if (value === 0) return html`<span class="pill">unchanged</span>`;
  const percent = Number(from) > 0 ? ` (${Math.abs(Math.round((100 * value) / Number(from)))} %)` : "";
  return html`<span class="pill ${value < 0 ? "good" : "warm"}">${value < 0 ? "−" : "+"}${String(amount).replace(/^[+-]/, "")}${percent}</span>`;
}

/** What the price was over time: the picture, and the same as a table. */
function PriceHistory({ title, path, onClose }) {
  const history = useLoad((signal) => read(path, { limit: 100 }, signal), [path]);
  return html`<${Dialog} title=${title} onClose=${onClose} wide>
    <${Loaded} from=${history} title="The history could not be read." skeleton=${html`<${Skeleton} rows=${1} shape="tile" />`}>
      ${({ snapshots }) => html`
        <${StepChart} points=${snapshots.map(({ at, price, available }) => ({ at, value: Number(price), text: price, isGap: !available }))} label=${sentence(title, snapshots)} />
        <div class="table-box"><table>
          <thead><tr><th>When</th><th class="number">Price</th><th>Rating</th><th>Then</th></tr></thead>
          <tbody>${snapshots.map((one, n) => html`<tr key=${one.at}><td class="main"><${Time} at=${one.at} /></td><td class="number" data-label="Price">${one.price}</td><td data-label="Rating">${one.review ?? "–"}</td>
            <td data-label="Then">${n === 0 ? "chosen" : one.available ? (one.title === snapshots[n - 1].title ? "seen in the catalogue" : html`named “<bdi>${one.title}</bdi>”`) : "not in the catalogue"}</td></tr>`)}</tbody>
        </table></div>
        <p class="hint">A line for each change, and one an hour without any.</p>`}
    <//>
  <//>`;
}

function sentence(title, snapshots) {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  return `Price of ${title}: ${first.price} when it was chosen, ${last.price} now, ${snapshots.length} entries.`;
}
