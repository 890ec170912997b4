// The watchlist: adding, changing, removing, and the way through it. The filter, the order and the size of a page are in the
// address, so that a reload and the way back keep them.
import { html, useCallback } from "../vendor/preact.js";
import { call, withQuery } from "../app/api.js";
import { Budgets, CacheState } from "../app/budget.js";
import { Loaded, usePages } from "../app/load.js";
import { Empty, Page, Skeleton } from "../app/page.js";
import { Pager } from "../app/pager.js";
import { Choice, useAddress } from "../app/filter.js";
import { useDeferredRemoval } from "../app/removal.js";
import { AddItem } from "./watchlist-add.js";
import { Item } from "./watchlist-item.js";

const TYPES = { "": "All", movie: "Movies", show: "Shows" };
const ORDERS = { created_at_desc: "Newest first", created_at_asc: "Oldest first" };
const POLICIES = { "watchlists:list": "Reads", "watchlists:write": "Writes" };

export default function Watchlist({ query }) {
  const [{ type, sort, limit }, change] = useAddress("watchlist", query, { type: "", sort: "created_at_desc", limit: "10" });
  const read = (cursor, signal) => call("GET", withQuery("/v1/watchlists", { type, sort, limit, cursor }), { signal }).then(({ data }) => data);
  const pages = usePages(read, [type, sort, limit]);
  const remove = useCallback((item) => call("DELETE", `/v1/watchlists/items/${item.id}`, { keepalive: true }), []);
  const removal = useDeferredRemoval({ remove, nameOf: (item) => item.title, done: pages.reload });
  const added = () => (pages.number === 1 ? pages.reload() : pages.first());
  const changed = (item) => pages.replace((page) => ({ ...page, watchlist: page.watchlist.map((one) => (one.id === item.id ? item : one)) }));

  return html`<${Page} title="Watchlist" intro="Movies and shows you mean to see.">
    <${AddItem} onAdded=${added} />
    <div class="toolbar">
      <${Choice} name="type" label="Show" options=${TYPES} value=${type} onChange=${(value) => change({ type: value })} />
      <label class="inline"><span class="hidden">Order</span><select value=${sort} onChange=${(event) => change({ sort: event.target.value })}>
        ${Object.entries(ORDERS).map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`)}</select></label>
      <div class="gauges push"><${CacheState} path="/v1/watchlists" /><${Budgets} policies=${POLICIES} /></div>
    </div>
    <${Loaded} from=${pages} title="The list could not be read." skeleton=${html`<${Skeleton} rows=${6} />`}>
      ${({ watchlist }) => {
        const shown = watchlist.filter(({ id }) => !removal.isPending(id));
        if (shown.length === 0) return html`<${Nothing} type=${type} isFirst=${pages.number === 1} />`;
        return html`<ul class="items">${shown.map((item) => html`<${Item} key=${item.id} item=${item} onChanged=${changed} onGone=${pages.reload} onRemove=${() => removal.begin(item)} />`)}</ul>`;
      }}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the watchlist" pages=${pages} count=${pages.data.watchlist.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
  <//>`;
}

function Nothing({ type, isFirst }) {
  if (!isFirst) return html`<${Empty} title="Nothing is left on this page"><p>Go back to the one before.</p><//>`;
  if (type) return html`<${Empty} title=${`No ${TYPES[type].toLowerCase()} yet`}><p>Your other titles are under “All”.</p><//>`;
  return html`<${Empty} title="Your list starts here"><p>Somebody just told you about a film? Write it down above before it is forgotten.</p><//>`;
}
