// One customer and the favourites. The API serves the list from its own data, so it also works
// while the catalogue is down. `Refresh prices` queues a refresh and reloads the list until it is
// done.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { call, get, getVersioned, quotas } from "../app/api.js";
import { Sparkline, StepChart } from "../app/chart.js";
import { Field, Icon, SubmitButton, useForm } from "../app/elements.js";
import { Loaded, PagedList, useIdempotencyKey, useLoad, usePages, useQueryState } from "../app/load.js";
import { ChangeProblem, ConfirmDialog, Dialog, DialogFoot, EmptyState, Page, Skeleton, Time } from "../app/page.js";
import { session, useStore } from "../app/state.js";
import { toast, useDeferredRemoval } from "../app/toast.js";

const LIST = "#/favourites";
const BACK = html`<a href=${LIST}>Favourites</a>`;
const RELOAD_AFTER_MS = [1500, 3000, 6000];

export function CustomerNotFound() {
  return html`<${Page} title="Customer" above=${BACK}><${EmptyState} title="Customer not found"><p>It may have been deleted.</p><//><//>`;
}

export function Customer({ id, query }) {
  const path = `/v1/customers/${encodeURIComponent(id)}`;
  const [{ limit }, change] = useQueryState(`favourites/${id}`, query, { limit: "25" });
  const [dialog, setDialog] = useState(null);
  const { me } = useStore(session);
  const customer = useLoad((signal) => getVersioned(path, signal), [id]);
  const pages = usePages((cursor, signal) => get(`${path}/favorites`, { limit, cursor }, signal), [id, limit]);
  const removal = useDeferredRemoval({
    remove: ({ product_id: product }, { keepalive } = {}) => call("DELETE", `${path}/favorites/${encodeURIComponent(product)}`, { keepalive }),
    nameOf: ({ title }) => title,
    onRemoved: pages.reload,
  });
  const refresh = useRefresh(path, pages.reload);
  const isOwn = customer.data?.owner_id === me.id;
  const close = () => setDialog(null);
  const onSaved = (saved, etag) => {
    customer.replace(() => ({ ...saved, etag }));
    close();
    toast(html`Saved <bdi>${saved.name}</bdi>`);
  };
  const actions = isOwn && html`
    <button type="button" class="button" aria-disabled=${refresh.isBusy ? "true" : null} data-busy=${refresh.isBusy} onClick=${refresh.begin}><${Icon} name="refresh" /> Refresh prices</button>
    <a class="button primary" href="${LIST}/catalogue?for=${id}"><${Icon} name="add" /> Add products</a>`;
  if (customer.problem?.status === 404) return html`<${CustomerNotFound} />`;
  if (!customer.data) {
    return html`<${Page} title="Customer" above=${BACK}><${Loaded} from=${customer} title="Couldn't load this customer." skeleton=${html`<${Skeleton} rows=${4} shape="tile" />`} /><//>`;
  }
  const { name, email } = customer.data;
  return html`<${Page} title=${name} above=${BACK} actions=${actions} intro=${html`${email}${isOwn && html` · <button type="button" class="link" onClick=${() => setDialog("edit")}>Edit</button> · <button type="button" class="link" onClick=${() => setDialog("delete")}>Delete</button>`}`}>
    <${PagedList} pages=${pages} name="favorites" label="Favourites pages" title="Couldn't load the favourites." rows=${4} shape="tile" limit=${limit} change=${change}>
      ${(favorites) => {
        const visible = favorites.map((favorite) => ({ ...favorite, id: favorite.product_id })).filter(({ id }) => !removal.isPending(id));
        if (visible.length === 0) return html`<${EmptyState} title="No favourites yet"><p>Choose products from the catalogue. Today's price is saved with each one.</p>${isOwn && html`<a class="button primary" href="${LIST}/catalogue?for=${id}">Choose products</a>`}<//>`;
        return html`<ul class="favourites">${visible.map((one) => html`<${Favorite} key=${one.id} favorite=${one} path=${path} onRemove=${isOwn && (() => removal.begin(one))} />`)}</ul>`;
      }}
    <//>
    ${dialog === "edit" && html`<${CustomerForm} customer=${customer.data} etag=${customer.data.etag} onClose=${close} onSaved=${onSaved} onReload=${customer.reload} />`}
    ${dialog === "delete" && html`<${DeleteCustomer} customer=${customer.data} path=${path} onClose=${close} />`}
  <//>`;
}

/**
 * Creates a customer, or updates `customer` at the version `etag`, which `onReload` loads again.
 */
export function CustomerForm({ customer, etag, onClose, onSaved, onReload }) {
  const idempotency = useIdempotencyKey();
  const update = (body) => call("PATCH", `/v1/customers/${encodeURIComponent(customer.id)}`, { body, headers: etag ? { "if-match": etag } : {} });
  const create = (body) => call("POST", "/v1/customers", { body, headers: idempotency.headersFor(body) });
  const form = useForm(async (body) => {
    const { data, headers } = await (customer ? update(body) : create(body));
    onSaved(data, headers.get("etag"));
  });
  const reload = () => {
    form.clear();
    onReload();
  };
  const leave = () => {
    onClose();
    location.hash = LIST;
  };
  return html`<${Dialog} title=${customer ? html`Edit <bdi>${customer.name}</bdi>` : "New customer"} onClose=${onClose}>
    <form class="stack" key=${etag} ...${form.attributes}>
      <${Field} label="Name" name="name" dir="auto" required autofocus autocomplete="off" defaultValue=${customer?.name} error=${form.errors.name} />
      <${Field} label="E-mail" name="email" type="email" required maxlength="254" autocomplete="off" defaultValue=${customer?.email} error=${form.errors.email} hint="Must be unique across all accounts." />
      ${form.problem && html`<${ChangeProblem} problem=${form.problem} retry=${form.retry} what="customer" reload=${reload} leave=${leave} />`}
      <${DialogFoot} onClose=${onClose}><${SubmitButton} busy=${form.busy}>${customer ? "Save" : "Add customer"}<//><//>
    </form>
  <//>`;
}

function DeleteCustomer({ customer: { name, etag }, path, onClose }) {
  const remove = async () => {
    await call("DELETE", path, { headers: etag ? { "if-match": etag } : {} });
    toast(html`Deleted <bdi>${name}</bdi>`);
    location.hash = LIST;
  };
  return html`<${ConfirmDialog} title=${html`Delete <bdi>${name}</bdi>?`} action="Delete" onConfirm=${remove} onClose=${onClose}><p>This also deletes the favourites and their price histories. It can't be undone.</p><//>`;
}

/** Queues a refresh of all prices, and reloads the list a few times until the results are there. */
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
      toast(data.queued === 0 ? "Nothing to refresh" : `Refresh requested for ${data.queued} ${data.queued === 1 ? "product" : "products"}`);
      timers.current = RELOAD_AFTER_MS.map((ms) => setTimeout(() => latest.current(), ms));
      timers.current.push(setTimeout(() => setIsBusy(false), RELOAD_AFTER_MS.at(-1)));
    } catch (problem) {
      toast(`Couldn't refresh the prices. ${problem.message}`, { problem, ms: 10_000 });
      setIsBusy(false);
    }
  };
  return { isBusy, begin };
}

/** A product with its price when it was added and its current price. */
function Favorite({ favorite, path, onRemove }) {
  const [isOpen, setIsOpen] = useState(false);
  const { product_id: id, title, price, favorited_at: at, current } = favorite;
  const history = `${path}/favorites/${encodeURIComponent(id)}/history`;
  return html`<li class="favourite card">
    <${ProductImage} src=${current.image_url} />
    <div class="favourite-body">
      <h2 dir="auto">${current.title}</h2>
      ${current.title !== title && html`<p class="hint">formerly “<bdi>${title}</bdi>”</p>`}
      <div class="prices figures">
        <p><span class="label">Added at</span> ${price}</p>
        <p><span class="label">Now</span> <b>${current.price}</b></p>
        <${PriceChange} amount=${favorite.price_change} from=${price} />
      </div>
      ${Number(favorite.price_change) !== 0 && html`<${Trend} title=${current.title} path=${history} />`}
      <p class="hint">${current.available ? html`Updated <${Time} at=${current.refreshed_at} relative />` : html`<span class="pill warm">no longer in the catalogue</span>`} · added <${Time} at=${at} relative />${current.review && html` · rated ${current.review}`}</p>
      <p class="favourite-actions">
        <button type="button" class="button small" onClick=${() => setIsOpen(true)} aria-haspopup="dialog"><${Icon} name="chart" /> Price history<span class="hidden"> of ${current.title}</span></button>
        ${onRemove && html`<button type="button" class="icon-button" title="Remove" aria-label=${`Remove ${current.title}`} onClick=${onRemove}><${Icon} name="remove" /></button>`}
      </p>
    </div>
    ${isOpen && html`<${PriceHistory} title=${current.title} path=${history} onClose=${() => setIsOpen(false)} />`}
  </li>`;
}

/**
 * A sparkline of the price. It is optional, so it is only loaded while enough of the quota is left.
 */
function Trend({ title, path }) {
  const [prices, setPrices] = useState(null);
  useEffect(() => {
    const remaining = quotas.get()["customers:read"]?.remaining ?? 0;
    if (remaining > 20) get(path, { limit: 50 }).then((data) => setPrices(data.snapshots.map(({ price }) => Number(price))), () => {});
  }, [path]);
  if (!prices) return html`<div class="spark"></div>`;
  return html`<${Sparkline} zoom values=${[...prices, prices.at(-1)]} label=${`Price of ${title}: from ${prices[0]} to ${prices.at(-1)}, ${prices.length} entries`} />`;
}

/** Decorative, since the title is beside it. An image that does not load leaves an empty square. */
export function ProductImage({ src }) {
  const hide = (event) => { event.target.hidden = true; };
  return html`<div class="picture">${src && html`<img src=${src} alt="" width="400" height="400" loading="lazy" decoding="async" onError=${hide} />`}</div>`;
}

/** The exact difference from the API, with a rounded percentage. */
function PriceChange({ amount, from }) {
  const value = Number(amount);
  if (value === 0) return html`<span class="pill">unchanged</span>`;
  const percent = Number(from) > 0 ? ` (${Math.abs(Math.round((100 * value) / Number(from)))} %)` : "";
  return html`<span class="pill ${value < 0 ? "good" : "warm"}">${value < 0 ? "−" : "+"}${String(amount).replace(/^[+-]/, "")}${percent}</span>`;
}

/** The price over time as a chart and as a table. */
function PriceHistory({ title, path, onClose }) {
  const history = useLoad((signal) => get(path, { limit: 100 }, signal), [path]);
  return html`<${Dialog} title=${title} onClose=${onClose} wide>
    <${Loaded} from=${history} title="Couldn't load the price history." skeleton=${html`<${Skeleton} rows=${1} shape="tile" />`}>
      ${({ snapshots }) => html`
        <${StepChart} points=${snapshots.map(({ at, price, available }) => ({ at, value: Number(price), text: price, isGap: !available }))} label=${chartLabel(title, snapshots)} />
        <div class="table-box"><table>
          <thead><tr><th>Time</th><th class="number">Price</th><th>Rating</th><th>Event</th></tr></thead>
          <tbody>${snapshots.map((one, n) => html`<tr key=${one.at}><td class="main"><${Time} at=${one.at} /></td><td class="number" data-label="Price">${one.price}</td><td data-label="Rating">${one.review ?? "–"}</td>
            <td data-label="Event">${snapshotEvent(one, snapshots[n - 1])}</td></tr>`)}</tbody>
        </table></div>
        <p class="hint">One row for each change, and one per hour without changes.</p>`}
    <//>
  <//>`;
}

function snapshotEvent({ available, title }, previous) {
  if (!previous) return "added";
  if (!available) return "not in the catalogue";
  return title === previous.title ? "updated" : html`renamed to “<bdi>${title}</bdi>”`;
}

function chartLabel(title, snapshots) {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  return `Price of ${title}: ${first.price} when added, ${last.price} now, ${snapshots.length} entries.`;
}
