// Somebody else's watchlist, to be read: nothing in it can be changed here, or by any administrator.
import { html, useState } from "../vendor/preact.js";
import { call, withQuery } from "../app/api.js";
import { Choice } from "../app/filter.js";
import { Loaded, usePages } from "../app/load.js";
import { Empty, Skeleton } from "../app/page.js";
import { Pager } from "../app/pager.js";
import { Time } from "../app/time.js";

const KINDS = { movie: "Movie", show: "Show" };

export function UserWatchlist({ id }) {
  const [type, choose] = useState("");
  const pages = usePages((cursor, signal) => call("GET", withQuery(`/v1/admin/users/${id}/watchlist`, { type, limit: 10, cursor }), { signal }).then(({ data }) => data), [id, type]);
  return html`<section class="section" aria-labelledby="list"><div class="section-head"><div><h2 id="list">Watchlist</h2><p class="hint">To be read only. That you looked stands in the audit trail.</p></div>
      <${Choice} name="type" id="list" label="Show" options=${{ "": "All", movie: "Movies", show: "Shows" }} value=${type} onChange=${choose} /></div>
    <${Loaded} from=${pages} title="The list could not be read." skeleton=${html`<${Skeleton} rows=${4} />`}>
      ${({ watchlist }) => (watchlist.length === 0 ? html`<${Empty} title=${type ? "Nothing of that kind" : "The list is empty"} />` : html`<ul class="items">${watchlist.map((item) => html`<li key=${item.id} class="item">
        <span class="stub" data-kind=${item.type}>${KINDS[item.type]}</span><span class="item-title">${item.title}</span><span class="item-when"><${Time} at=${item.created_at} relative /></span></li>`)}</ul>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the watchlist" pages=${pages} count=${pages.data.watchlist.length} />`}
  </section>`;
}
