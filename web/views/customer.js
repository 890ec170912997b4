// One customer: who it is, and what it likes. The list never asks the catalogue, so it is there when that is not; `Refresh prices`
// asks it in the background, and the list is read again until the answers are there.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { call, withQuery } from "../app/api.js";
import { Icon, session, useStore } from "../app/app.js";
import { Confirm } from "../app/dialog.js";
import { useAddress } from "../app/filter.js";
import { Loaded, useLoad, usePages } from "../app/load.js";
import { Empty, Page, Skeleton } from "../app/page.js";
import { Pager } from "../app/pager.js";
import { useDeferredRemoval } from "../app/removal.js";
import { toast } from "../app/toast.js";
import { CustomerForm } from "./customer-form.js";
import { Favourite } from "./favourite.js";

const BACK = html`<a href="#/favourites">Favourites</a>`;
const LOOK_AGAIN_MS = [1500, 3000, 6000];

export function Customer({ id, query }) {
  const path = `/v1/customers/${id}`;
  const [{ limit }, change] = useAddress(`favourites/${id}`, query, { limit: "25" });
  const [dialog, open] = useState(null);
  const { me } = useStore(session);
  const customer = useLoad((signal) => call("GET", path, { signal }).then(({ data, headers }) => ({ ...data, etag: headers.get("etag") })), [id]);
  const pages = usePages((cursor, signal) => call("GET", withQuery(`${path}/favorites`, { limit, cursor }), { signal }).then(({ data }) => data), [id, limit]);
  const removal = useDeferredRemoval({
    remove: ({ product_id: product }) => call("DELETE", `${path}/favorites/${encodeURIComponent(product)}`, { keepalive: true }),
    nameOf: ({ title }) => title,
    done: pages.reload,
  });
  const refresh = useRefresh(path, pages.reload);
  const isOwn = customer.data?.owner_id === me.id;
  const saved = ({ ...now }, etag) => {
    customer.replace(() => ({ ...now, etag }));
    open(null);
    toast(`${now.name} is saved.`);
  };
  const actions = isOwn && html`
    <button type="button" class="button" aria-disabled=${refresh.isBusy ? "true" : null} data-busy=${refresh.isBusy} onClick=${refresh.begin}><${Icon} name="refresh" /> Refresh prices</button>
    <a class="button primary" href="#/favourites/catalogue?for=${id}"><${Icon} name="add" /> Add products</a>`;
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
    toast(`${name} is deleted.`);
    location.hash = "#/favourites";
  };
  return html`<${Confirm} title="Delete ${name}?" action="Delete" act=${act} onClose=${onClose}><p>The favourites and their price histories are deleted too. This cannot be taken back.</p><//>`;
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
