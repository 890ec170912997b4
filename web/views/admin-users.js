// The accounts, newest first, or the one with an address; `#/admin/users/<id>` is the page of one.
import { html } from "../vendor/preact.js";
import { read } from "../app/api.js";
import { Field, Icon, lazy, session, useForm, useStore } from "../app/app.js";
import { Loaded, Pager, useAddress, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";

const User = lazy(() => import("./admin-user.js"));

export default function Users({ rest, query }) {
  return rest[0] ? html`<${User} key=${rest[0]} id=${rest[0]} />` : html`<${List} query=${query} />`;
}

/** What an account may do, and whether it may do anything: in words, with a sign, and by colour last. */
export function Standing({ user, isSelf }) {
  return html`<span class="standing">
    <span class="pill ${user.role === "admin" ? "accent" : ""}">${user.role === "admin" && html`<${Icon} name="admin" />`}${user.role === "admin" ? "administrator" : "user"}</span>
    <span class="pill ${user.disabled ? "bad" : "good"}"><${Icon} name=${user.disabled ? "close" : "check"} />${user.disabled ? "disabled" : "enabled"}</span>
    ${isSelf && html`<span class="pill warm">you</span>`}</span>`;
}

function List({ query }) {
  const [{ email, limit }, change] = useAddress("admin/users", query, { email: "", limit: "10" });
  const { me } = useStore(session);
  const pages = usePages((cursor, signal) => read("/v1/admin/users", { email, limit, cursor }, signal), [email, limit]);
  return html`<${Page} title="Users" intro="Who has an account, the newest first.">
    <search><${Find} key=${email} email=${email} change=${change} /></search>
    <${Loaded} from=${pages} title="The accounts could not be read." skeleton=${html`<${Skeleton} rows=${8} />`}>
      ${({ users }) => (users.length === 0 ? html`<${Empty} title="No account has this address"><p>It is compared whole, without regard to capitals.</p><//>` : html`<div class="table-box"><table>
        <thead><tr><th>E-mail</th><th>Standing</th><th>Since</th><th>Last sign-in</th></tr></thead>
        <tbody>${users.map((user) => html`<tr key=${user.id}>
          <td class="main"><a class="address" href="#/admin/users/${user.id}">${user.email}</a></td>
          <td data-label="Standing"><${Standing} user=${user} isSelf=${user.id === me.id} /></td>
          <td data-label="Since"><${Time} at=${user.created_at} relative /></td>
          <td data-label="Last sign-in"><${Time} at=${user.last_login_at} relative /></td>
        </tr>`)}</tbody></table></div>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of users" pages=${pages} count=${pages.data.users.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
  <//>`;
}

function Find({ email, change }) {
  const form = useForm(({ email: text }) => change({ email: text.trim() }));
  return html`<form class="row find filters" ...${form.attributes}>
    <${Field} label="E-mail of an account" name="email" id="find-user" type="email" autocomplete="off" spellcheck=${false} defaultValue=${email} placeholder="all of them" error=${form.errors.email} />
    <button class="button">Find</button>${email && html`<button type="button" class="button" onClick=${() => change({ email: "" })}>Show all</button>`}
  </form>`;
}
