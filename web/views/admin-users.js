// The accounts, newest first, or the one with an address; and `#/admin/users/<id>`, the page of one: what it is, what is on its list,
// what it did, and what may be done to it. That is sent with the version that is shown, so that nothing happens to an account that
// somebody else changed meanwhile.
import { html, useState } from "../vendor/preact.js";
import { call, read } from "../app/api.js";
import { Field, Icon, session, useForm, useStore } from "../app/app.js";
import { Dialog } from "../app/dialog.js";
import { Choice, Loaded, Pager, useAddress, useLoad, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { ChangeProblem, Copy, Problem } from "../app/problem.js";
import { leave } from "../app/session.js";
import { toast } from "../app/toast.js";
import { EventLog } from "./admin-audit.js";
import { isId } from "./foreign.js";

const BACK = html`<a href="#/admin/users">Users</a>`;
const KINDS = { movie: "Movie", show: "Show" };
const CHANGES = {
  promote: { body: { role: "admin" }, title: "Make administrator?", action: "Make administrator", done: "is an administrator now", effect: "They will see every account, watchlist and audit event, and may change and delete accounts." },
  demote: { body: { role: "user" }, title: "Make ordinary user?", action: "Make ordinary user", done: "is an ordinary user now", effect: "They will see their own things only, and this side of the console no more." },
  disable: { body: { disabled: true }, title: "Disable the account?", action: "Disable", done: "is disabled", effect: "Nobody can sign in with it until it is enabled again. What belongs to it stays." },
  enable: { body: { disabled: false }, title: "Enable the account?", action: "Enable", done: "is enabled", effect: "Its owner can sign in again, with the password of before." },
};

export default function Users({ rest, query }) {
  const [id] = rest;
  if (!id) return html`<${List} query=${query} />`;
  return isId(id) ? html`<${User} key=${id} id=${id} />` : html`<${Nobody} id=${id} />`;
}

function Nobody({ id }) {
  return html`<${Page} title="Account" above=${BACK}><${Empty} title="There is no such account"><p>If it was deleted, its events are still there.</p><a class="button" href="#/admin/audit?user=${encodeURIComponent(id)}">In the audit log</a><//><//>`;
}

/** What an account may do, and whether it may do anything: in words, with a sign, and by colour last. */
function Standing({ user, isSelf }) {
  return html`<span class="standing">
    <span class="pill ${user.role === "admin" ? "accent" : ""}">${user.role === "admin" && html`<${Icon} name="admin" />`}${user.role === "admin" ? "administrator" : "user"}</span>
    <span class="pill ${user.disabled ? "bad" : "good"}"><${Icon} name=${user.disabled ? "close" : "check"} />${user.disabled ? "disabled" : "enabled"}</span>
    ${isSelf && html`<span class="pill warm">you</span>`}</span>`;
}

function List({ query }) {
  const [{ email, limit }, change] = useAddress("admin/users", query, { email: "", limit: "10" });
  const { me } = useStore(session);
  const pages = usePages((cursor, signal) => read("/v1/admin/users", { email, limit, cursor }, signal), [email, limit]);
  // What was found before says nothing about a search that was refused.
  const shown = pages.problem?.status === 422 ? { problem: pages.problem, data: null } : pages;
  return html`<${Page} title="Users" intro="Who has an account, the newest first.">
    <search><${Find} key=${email} email=${email} change=${change} /></search>
    <${Loaded} from=${shown} title="The accounts could not be read." skeleton=${html`<${Skeleton} rows=${8} />`}>
      ${({ users }) => (users.length === 0 ? html`<${Empty} title="No account has this address"><p>It is compared whole, without regard to capitals.</p><//>` : html`<div class="table-box"><table>
        <thead><tr><th>E-mail</th><th>Standing</th><th>Since</th><th>Last sign-in</th></tr></thead>
        <tbody>${users.map((user) => html`<tr key=${user.id}>
          <td class="main"><a class="address" href="#/admin/users/${encodeURIComponent(user.id)}">${user.email}</a></td>
          <td data-label="Standing"><${Standing} user=${user} isSelf=${user.id === me.id} /></td>
          <td data-label="Since"><${Time} at=${user.created_at} relative /></td>
          <td data-label="Last sign-in"><${Time} at=${user.last_login_at} relative /></td>
        </tr>`)}</tbody></table></div>`)}
    <//>
    ${shown.data && html`<${Pager} label="Pages of users" pages=${pages} count=${pages.data.users.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
  <//>`;
}

function Find({ email, change }) {
  const form = useForm(({ email: text }) => change({ email: text.trim() }));
  return html`<form class="row find filters" ...${form.attributes}>
    <${Field} label="E-mail of an account" name="email" id="find-user" type="email" autocomplete="off" spellcheck=${false} defaultValue=${email} placeholder="all of them" error=${form.errors.email} />
    <button class="button">Find</button>${email && html`<button type="button" class="button" onClick=${() => change({ email: "" })}>Show all</button>`}
  </form>`;
}

function User({ id }) {
  const { me } = useStore(session);
  const [dialog, open] = useState(null);
  const user = useLoad((signal) => call("GET", `/v1/admin/users/${encodeURIComponent(id)}`, { signal }).then(({ data, headers }) => ({ ...data, etag: headers.get("etag") })), [id]);
  if (user.problem?.status === 404) return html`<${Nobody} id=${id} />`;
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
  const pages = usePages((cursor, signal) => read(`/v1/admin/users/${encodeURIComponent(id)}/watchlist`, { type, limit: 10, cursor }, signal), [id, type]);
  return html`<section class="section" aria-labelledby="list"><div class="section-head"><div><h2 id="list">Watchlist</h2><p class="hint">To be read only. That you looked stands in the audit trail.</p></div>
      <${Choice} name="type" id="list" label="Show" options=${{ "": "All", movie: "Movies", show: "Shows" }} value=${type} onChange=${choose} /></div>
    <${Loaded} from=${pages} title="The list could not be read." skeleton=${html`<${Skeleton} rows=${4} />`}>
      ${({ watchlist }) => (watchlist.length === 0 ? html`<${Empty} title=${type ? "Nothing of that kind" : "The list is empty"} />` : html`<ul class="items">${watchlist.map((item) => html`<li key=${item.id} class="item">
        <span class="stub" data-kind=${item.type}>${KINDS[item.type]}</span><span class="item-title" dir="auto">${item.title}</span><span class="item-when"><${Time} at=${item.created_at} relative /></span></li>`)}</ul>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of the watchlist" pages=${pages} count=${pages.data.watchlist.length} />`}
  </section>`;
}

function Trail({ id, email }) {
  const pages = usePages((cursor, signal) => read("/v1/admin/audit", { user_id: id, limit: 25, cursor }, signal), [id]);
  return html`<section class="section" aria-labelledby="trail"><div class="section-head"><h2 id="trail">Audit events</h2>
      <a href="#/admin/audit?${new URLSearchParams({ user: id, who: email })}">In the audit log</a></div>
    <${Loaded} from=${pages} title="The events could not be read." skeleton=${html`<${Skeleton} rows=${5} />`}>
      ${({ events }) => (events.length > 0 ? html`<${EventLog} events=${events} heading="h3" />` : html`<${Empty} title="No events"><p>Nothing is known of this account.</p><//>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of events" pages=${pages} count=${pages.data.events.length} />`}
  </section>`;
}

/** `kind` is one of those above; `onChanged(user, text)` gets the account as it is then. */
function ChangeUser({ kind, user, isSelf, onChanged, onReload, onClose }) {
  const { body, title, action, done, effect } = CHANGES[kind];
  const form = useForm(async () => {
    const { data, headers } = await call("PATCH", `/v1/admin/users/${encodeURIComponent(user.id)}`, { body, headers: { "if-match": user.etag } });
    if (isSelf) leave("You changed your own account, which ended your sessions. Please sign in again.");
    else onChanged({ ...data, etag: headers.get("etag") }, `${user.email} ${done}.`);
  });
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form class="stack" ...${form.attributes}>
      <p><b>${user.email}</b></p>
      <p>${effect}</p>
      <${Consequence} isSelf=${isSelf} />
      <${Refusal} form=${form} onReload=${onReload} onClose=${onClose} />
      <${Foot} form=${form} action=${action} onClose=${onClose} isGrave=${kind !== "enable"} />
    </form>
  <//>`;
}

/** Deletes the account for good, for who types its address. */
function DeleteUser({ user, isSelf, onReload, onClose }) {
  const form = useForm(async () => {
    await call("DELETE", `/v1/admin/users/${encodeURIComponent(user.id)}`, { headers: { "if-match": user.etag } });
    if (isSelf) return leave("Your account is deleted, with all that was in it.");
    toast(`${user.email} is deleted.`);
    location.hash = "#/admin/users";
  });
  const check = ({ target }) => target.setCustomValidity(target.value.trim().toLowerCase() === user.email ? "" : "This is not the address of the account.");
  return html`<${Dialog} title="Delete the account?" onClose=${onClose}>
    <form class="stack" ...${form.attributes}>
      <p>Deleted are <b>${user.email}</b>, its watchlist, its customers and their favourites. This cannot be taken back; what it did stays in the audit trail.</p>
      <${Consequence} isSelf=${isSelf} />
      <${Field} label="Type the address of the account" name="address" id="confirm-address" required autocomplete="off" spellcheck=${false} autocapitalize="none" autofocus onInput=${check} error=${form.errors.address} hint=${user.email} />
      <${Refusal} form=${form} onReload=${onReload} onClose=${onClose} />
      <${Foot} form=${form} action="Delete for good" onClose=${onClose} isGrave />
    </form>
  <//>`;
}

function Consequence({ isSelf }) {
  return html`<p class="notice">${isSelf ? "This is you: all your sessions end at once, this one too." : "All sessions of this account end at once, on every device."}</p>`;
}

function Refusal({ form: { problem, retry }, onReload, onClose }) {
  if (!problem) return null;
  if (problem.status === 409) return html`<${Problem} problem=${problem} title="The account stays as it is." /><p class="hint">Make somebody else an administrator first.</p>`;
  const leaveFor = () => {
    onClose();
    location.hash = "#/admin/users";
  };
  return html`<${ChangeProblem} problem=${problem} what="This account" reload=${onReload} leave=${leaveFor} retry=${retry} />`;
}

function Foot({ form, action, onClose, isGrave }) {
  return html`<div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button>
    <button class="button ${isGrave ? "danger" : "primary"}" data-busy=${form.busy} aria-disabled=${form.busy ? "true" : null}>${action}</button></div>`;
}
