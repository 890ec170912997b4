// One account as administrators see it: what it is, what may be done to it, what is on its list, and what it did.
import { html, useState } from "../vendor/preact.js";
import { call, read } from "../app/api.js";
import { session, useStore } from "../app/app.js";
import { Choice, Loaded, Pager, useLoad, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { Copy } from "../app/problem.js";
import { toast } from "../app/toast.js";
import { EventLog } from "./admin-events.js";
import { ChangeUser, DeleteUser } from "./admin-user-change.js";
import { Standing } from "./admin-users.js";

const BACK = html`<a href="#/admin/users">Users</a>`;
const KINDS = { movie: "Movie", show: "Show" };

export default function User({ id }) {
  const { me } = useStore(session);
  const [dialog, open] = useState(null);
  const user = useLoad((signal) => call("GET", `/v1/admin/users/${id}`, { signal }).then(({ data, headers }) => ({ ...data, etag: headers.get("etag") })), [id]);
  if (!user.data) {
    return html`<${Page} title="Account" above=${BACK}><${Loaded} from=${user} title="This account could not be read." skeleton=${html`<${Skeleton} rows=${3} shape="tile" />`} /><//>`;
  }
  const { email, role, disabled } = user.data;
  const isSelf = id === me.id;
  const close = () => open(null);
  const reload = () => {
    close();
    user.reload();
  };
  const changed = (now, text) => {
    user.replace(() => now);
    close();
    toast(text);
  };
  const shared = { user: user.data, isSelf, onClose: close, onReload: reload };
  return html`<${Page} title=${email} above=${BACK} intro=${html`<${Standing} user=${user.data} isSelf=${isSelf} />`}
      actions=${html`<button type="button" class="button" onClick=${() => open(role === "admin" ? "demote" : "promote")}>${role === "admin" ? "Make ordinary user" : "Make administrator"}</button>
        <button type="button" class="button" onClick=${() => open(disabled ? "enable" : "disable")}>${disabled ? "Enable" : "Disable"}</button>
        <button type="button" class="button warn" onClick=${() => open("delete")}>Delete…</button>`}>
    ${user.problem && html`<${Loaded} from=${{ ...user, data: null }} title="This account could not be read again." />`}
    <section class="card" aria-label="Account"><dl class="facts">
      <dt>Member since</dt><dd><${Time} at=${user.data.created_at} /></dd>
      <dt>Last sign-in</dt><dd><${Time} at=${user.data.last_login_at} /></dd>
      <dt>Id</dt><dd class="log-id"><code>${id}</code><${Copy} text=${id} label="Copy the account's id" /></dd>
    </dl></section>
    <${Watchlist} id=${id} />
    <${Trail} key=${user.data.etag} id=${id} email=${email} />
    ${dialog === "delete" ? html`<${DeleteUser} ...${shared} />` : dialog && html`<${ChangeUser} kind=${dialog} onChanged=${changed} ...${shared} />`}
  <//>`;
}

/** Nothing in somebody else's list can be changed, here or by any administrator. */
function Watchlist({ id }) {
  const [type, choose] = useState("");
  const pages = usePages((cursor, signal) => read(`/v1/admin/users/${id}/watchlist`, { type, limit: 10, cursor }, signal), [id, type]);
  return html`<section class="section" aria-labelledby="list"><div class="section-head"><div><h2 id="list">Watchlist</h2><p class="hint">To be read only. That you looked stands in the audit trail.</p></div>
      <${Choice} name="type" id="list" label="Show" options=${{ "": "All", movie: "Movies", show: "Shows" }} value=${type} onChange=${choose} /></div>
    <${Loaded} from=${pages} title="The list could not be read." skeleton=${html`<${Skeleton} rows=${4} />`}>
      ${({ watchlist }) => (watchlist.length === 0 ? html`<${Empty} title=${type ? "Nothing of that kind" : "The list is empty"} />` : html`<ul class="items">${watchlist.map((item) => html`<li key=${item.id} class="item">
        <span class="stub" data-kind=${item.type}>${KINDS[item.type]}</span><span class="item-title">${item.title}</span><span class="item-when"><${Time} at=${item.created_at} relative /></span></li>`)}</ul>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the watchlist" pages=${pages} count=${pages.data.watchlist.length} />`}
  </section>`;
}

function Trail({ id, email }) {
  const pages = usePages((cursor, signal) => read("/v1/admin/audit", { user_id: id, limit: 10, cursor }, signal), [id]);
  return html`<section class="section" aria-labelledby="trail"><div class="section-head"><h2 id="trail">Audit events</h2>
      <a href="#/admin/audit?${new URLSearchParams({ user: id, who: email })}">In the audit log</a></div>
    <${Loaded} from=${pages} title="The events could not be read." skeleton=${html`<${Skeleton} rows=${5} />`}>
      ${({ events }) => (events.length > 0 ? html`<${EventLog} events=${events} heading="h3" />` : html`<${Empty} title="No events"><p>Nothing is known of this account.</p><//>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of events" pages=${pages} count=${pages.data.events.length} />`}
  </section>`;
}
