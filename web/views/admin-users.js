// The accounts, and the page of one account at `#/admin/users/<id>`. Changes are sent with the
// `ETag` of the version on the screen, so they never overwrite a concurrent change.
import { html, useState } from "../vendor/preact.js";
import { call, get, getVersioned, isId } from "../app/api.js";
import { Field, Icon, SubmitButton, useForm } from "../app/elements.js";
import { EmailFilter, Loaded, NoEmailMatch, PagedList, SegmentedControl, useLoad, usePages, useQueryState, withoutStaleResults } from "../app/load.js";
import { ChangeProblem, CopyButton, Dialog, DialogFoot, EmptyState, Page, Problem, Skeleton, Time } from "../app/page.js";
import { showSignIn } from "../app/session.js";
import { session, useStore } from "../app/state.js";
import { toast } from "../app/toast.js";
import { EventLog } from "./audit-events.js";

const LIST = "#/admin/users";
const BACK = html`<a href=${LIST}>Users</a>`;
const TYPES = { movie: "Movie", show: "Show" };
const CHANGES = {
  promote: { body: { role: "admin" }, title: "Make administrator?", action: "Make administrator", done: "is now an administrator", effect: "They can view every account, watchlist and audit event, and change or delete accounts." },
  demote: { body: { role: "user" }, title: "Remove administrator role?", action: "Remove administrator role", done: "is no longer an administrator", effect: "They can only access their own data from then on." },
  disable: { body: { disabled: true }, title: "Disable account?", action: "Disable", done: "is disabled", effect: "Sign-in is blocked until the account is enabled again. Its data is kept." },
  enable: { body: { disabled: false }, title: "Enable account?", action: "Enable", done: "is enabled", effect: "The owner can sign in again with the same password." },
};

const pathOf = (id) => `/v1/admin/users/${encodeURIComponent(id)}`;

export default function Users({ rest, query }) {
  const [id] = rest;
  if (!id) return html`<${UserList} query=${query} />`;
  return isId(id) ? html`<${User} key=${id} id=${id} />` : html`<${UserNotFound} id=${id} />`;
}

function UserNotFound({ id }) {
  return html`<${Page} title="Account" above=${BACK}><${EmptyState} title="Account not found"><p>The audit events of a deleted account are still available.</p><a class="button" href="#/admin/audit?user=${encodeURIComponent(id)}">View in audit log</a><//><//>`;
}

/** The role and whether the account is enabled, as text and icons besides the colour. */
function Status({ user, isSelf }) {
  return html`<span class="account-status">
    <span class="pill ${user.role === "admin" ? "accent" : ""}">${user.role === "admin" && html`<${Icon} name="admin" />`}${user.role === "admin" ? "administrator" : "user"}</span>
    <span class="pill ${user.disabled ? "bad" : "good"}"><${Icon} name=${user.disabled ? "close" : "check"} />${user.disabled ? "disabled" : "enabled"}</span>
    ${isSelf && html`<span class="pill warm">you</span>`}</span>`;
}

function UserList({ query }) {
  const [{ email, limit }, change] = useQueryState("admin/users", query, { email: "", limit: "10" });
  const { me } = useStore(session);
  const pages = usePages((cursor, signal) => get("/v1/admin/users", { email, limit, cursor }, signal), [email, limit]);
  return html`<${Page} title="Users" intro="All accounts, newest first.">
    <${EmailFilter} label="Account e-mail" type="email" email=${email} change=${change} />
    <${PagedList} pages=${pages} results=${withoutStaleResults(pages)} name="users" label="User pages" title="Couldn't load the users." rows=${8} limit=${limit} change=${change}
        empty=${html`<${NoEmailMatch} what="account" />`}>
      ${(users) => html`<div class="table-box"><table>
        <thead><tr><th>E-mail</th><th>Role and status</th><th>Signed up</th><th>Last sign-in</th></tr></thead>
        <tbody>${users.map((user) => html`<tr key=${user.id}>
          <td class="main"><a class="address" href="${LIST}/${encodeURIComponent(user.id)}">${user.email}</a></td>
          <td data-label="Role and status"><${Status} user=${user} isSelf=${user.id === me.id} /></td>
          <td data-label="Signed up"><${Time} at=${user.created_at} relative /></td>
          <td data-label="Last sign-in"><${Time} at=${user.last_login_at} relative /></td>
        </tr>`)}</tbody></table></div>`}
    <//>
  <//>`;
}

function User({ id }) {
  const { me } = useStore(session);
  const [dialog, setDialog] = useState(null);
  const user = useLoad((signal) => getVersioned(pathOf(id), signal), [id]);
  if (user.problem?.status === 404) return html`<${UserNotFound} id=${id} />`;
  if (!user.data) {
    return html`<${Page} title="Account" above=${BACK}><${Loaded} from=${user} title="Couldn't load this account." skeleton=${html`<${Skeleton} rows=${3} shape="tile" />`} /><//>`;
  }
  const { email, role, disabled } = user.data;
  const isSelf = id === me.id;
  const close = () => setDialog(null);
  const reload = () => {
    close();
    user.reload();
  };
  const onChanged = (changed, text) => {
    user.replace(() => changed);
    close();
    toast(text);
  };
  const common = { user: user.data, isSelf, onClose: close, onReload: reload };
  return html`<${Page} title=${email} above=${BACK} intro=${html`<${Status} user=${user.data} isSelf=${isSelf} />`}
      actions=${html`<button type="button" class="button" onClick=${() => setDialog(role === "admin" ? "demote" : "promote")}>${role === "admin" ? "Remove administrator role" : "Make administrator"}</button>
        <button type="button" class="button" onClick=${() => setDialog(disabled ? "enable" : "disable")}>${disabled ? "Enable" : "Disable"}</button>
        <button type="button" class="button warn" onClick=${() => setDialog("delete")}>Delete…</button>`}>
    ${user.problem && html`<${Loaded} from=${{ ...user, data: null }} title="Couldn't refresh this account." />`}
    <section class="card" aria-label="Account"><dl class="facts">
      <dt>Member since</dt><dd><${Time} at=${user.data.created_at} /></dd>
      <dt>Last sign-in</dt><dd><${Time} at=${user.data.last_login_at} /></dd>
      <dt>ID</dt><dd class="log-id"><code>${id}</code><${CopyButton} text=${id} label="Copy account ID" /></dd>
    </dl></section>
    <${Watchlist} id=${id} />
    <${AuditEvents} key=${user.data.etag} id=${id} email=${email} />
    ${dialog === "delete" ? html`<${DeleteUser} ...${common} />` : dialog && html`<${ChangeUser} kind=${dialog} onChanged=${onChanged} ...${common} />`}
  <//>`;
}

/** Administrators cannot change another account's watchlist. */
function Watchlist({ id }) {
  const [type, setType] = useState("");
  const pages = usePages((cursor, signal) => get(`${pathOf(id)}/watchlist`, { type, limit: 10, cursor }, signal), [id, type]);
  return html`<section class="section" aria-labelledby="list"><div class="section-head"><div><h2 id="list">Watchlist</h2><p class="hint">Read-only. Viewing is logged.</p></div>
      <${SegmentedControl} name="type" id="list" label="Filter" options=${{ "": "All", movie: "Movies", show: "Shows" }} value=${type} onChange=${setType} /></div>
    <${PagedList} pages=${pages} name="watchlist" label="Watchlist pages" title="Couldn't load the watchlist." rows=${4} empty=${html`<${EmptyState} title=${type ? "No matching titles" : "The watchlist is empty"} />`}>
      ${(watchlist) => html`<ul class="items">${watchlist.map((item) => html`<li key=${item.id} class="item">
        <span class="stub" data-type=${item.type}>${TYPES[item.type]}</span><span class="item-title" dir="auto">${item.title}</span><span class="item-time"><${Time} at=${item.created_at} relative /></span></li>`)}</ul>`}
    <//>
  </section>`;
}

function AuditEvents({ id, email }) {
  const pages = usePages((cursor, signal) => get("/v1/admin/audit", { user_id: id, limit: 25, cursor }, signal), [id]);
  return html`<section class="section" aria-labelledby="events"><div class="section-head"><h2 id="events">Audit events</h2>
      <a href="#/admin/audit?${new URLSearchParams({ user: id, who: email })}">View in audit log</a></div>
    <${PagedList} pages=${pages} name="events" label="Event pages" title="Couldn't load the events." rows=${5} empty=${html`<${EmptyState} title="No events" />`}>
      ${(events) => html`<${EventLog} events=${events} heading="h3" />`}
    <//>
  </section>`;
}

/** `kind` is a key of CHANGES. Calls `onChanged(user, text)` with the updated account. */
function ChangeUser({ kind, user, isSelf, onChanged, onReload, onClose }) {
  const { body, title, action, done, effect } = CHANGES[kind];
  const form = useForm(async () => {
    const { data, headers } = await call("PATCH", pathOf(user.id), { body, headers: { "if-match": user.etag } });
    if (isSelf) showSignIn("Changing your own account ended your sessions. Please sign in again.");
    else onChanged({ ...data, etag: headers.get("etag") }, `${user.email} ${done}`);
  });
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form class="stack" ...${form.attributes}>
      <p><b>${user.email}</b></p>
      <p>${effect}</p>
      <${SessionsNotice} isSelf=${isSelf} />
      <${UserProblem} form=${form} onReload=${onReload} onClose=${onClose} />
      <${DialogFoot} onClose=${onClose}><${SubmitButton} kind=${kind === "enable" ? "primary" : "danger"} busy=${form.busy}>${action}<//><//>
    </form>
  <//>`;
}

/** Deletes the account after its e-mail was typed. */
function DeleteUser({ user, isSelf, onReload, onClose }) {
  const form = useForm(async () => {
    await call("DELETE", pathOf(user.id), { headers: { "if-match": user.etag } });
    if (isSelf) return showSignIn("Your account was deleted with all its data.");
    toast(`Deleted ${user.email}`);
    location.hash = LIST;
  });
  const check = ({ target }) => target.setCustomValidity(target.value.trim().toLowerCase() === user.email ? "" : "This is not the account's e-mail.");
  return html`<${Dialog} title="Delete account?" onClose=${onClose}>
    <form class="stack" ...${form.attributes}>
      <p>This deletes <b>${user.email}</b>, its watchlist, its customers and their favourites. It can't be undone. Audit events are kept.</p>
      <${SessionsNotice} isSelf=${isSelf} />
      <${Field} label="Type the account's e-mail" name="address" id="confirm-address" required autocomplete="off" spellcheck=${false} autocapitalize="none" autofocus onInput=${check} error=${form.errors.address} hint=${user.email} />
      <${UserProblem} form=${form} onReload=${onReload} onClose=${onClose} />
      <${DialogFoot} onClose=${onClose}><${SubmitButton} kind="danger" busy=${form.busy}>Delete permanently<//><//>
    </form>
  <//>`;
}

function SessionsNotice({ isSelf }) {
  return html`<p class="notice">${isSelf ? "This is your own account. All your sessions end immediately, including this one." : "All sessions of this account end immediately."}</p>`;
}

function UserProblem({ form: { problem, retry }, onReload, onClose }) {
  if (!problem) return null;
  if (problem.status === 409) return html`<${Problem} problem=${problem} title="The account was not changed." /><p class="hint">Make another user an administrator first.</p>`;
  const leave = () => {
    onClose();
    location.hash = LIST;
  };
  return html`<${ChangeProblem} problem=${problem} what="account" reload=${onReload} leave=${leave} retry=${retry} />`;
}
