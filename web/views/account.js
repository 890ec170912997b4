// Account: who is signed in, where else, the password, and the way out for good.
import { html, useState } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Field, session, Submit, useForm, useStore } from "../app/app.js";
import { Confirm, Dialog } from "../app/dialog.js";
import { Loaded, useLoad } from "../app/load.js";
import { Page, Skeleton, Time } from "../app/page.js";
import { Problem } from "../app/problem.js";
import { leave, signOut } from "../app/session.js";
import { toast } from "../app/toast.js";

export default function Account() {
  const { me } = useStore(session);
  const [isDeleting, setIsDeleting] = useState(false);
  const [sessionsSeen, readAgain] = useState(0);
  const out = (everywhere) => signOut(everywhere).catch((problem) => toast(`Signing out failed. ${problem.message}`, { problem, ms: 10_000 }));
  return html`<${Page} title="Account" intro=${me.email} actions=${html`<button type="button" class="button" onClick=${() => out(true)}>Sign out everywhere</button><button type="button" class="button primary" onClick=${() => out(false)}>Sign out</button>`}>
    <section class="card"><dl class="facts">
      <dt>E-mail</dt><dd>${me.email}</dd>
      <dt>Role</dt><dd><span class="pill ${me.role === "admin" ? "accent" : ""}">${me.role === "admin" ? "administrator" : me.role}</span></dd>
      <dt>Member since</dt><dd><${Time} at=${me.created_at} /></dd>
      <dt>Id</dt><dd><code>${me.id}</code></dd>
    </dl></section>
    <section class="section" aria-labelledby="sessions"><div class="section-head"><h2 id="sessions">Where you are signed in</h2></div><${Sessions} key=${sessionsSeen} /></section>
    <section class="section" aria-labelledby="password"><div class="section-head"><h2 id="password">Password</h2></div><${Password} email=${me.email} onChanged=${() => readAgain((n) => n + 1)} /></section>
    <section class="section danger-zone" aria-labelledby="delete"><div class="section-head"><div><h2 id="delete">Delete the account</h2><p class="hint">With the watchlist, the customers and their favourites. Nothing of it comes back.</p></div>
      <button type="button" class="button warn" onClick=${() => setIsDeleting(true)}>Delete account…</button></div></section>
    ${isDeleting && html`<${DeleteAccount} onClose=${() => setIsDeleting(false)} />`}
  <//>`;
}

/** What the field for the password says when the API found that it was another one. */
const refused = (problem) => problem?.status === 401 && "This is not your password.";

function Password({ email, onChanged }) {
  const form = useForm(async (body, element) => {
    await call("PUT", "/v1/auth/password", { body, asksPassword: true });
    element.reset();
    toast("The password is changed. Every other session has ended.");
    onChanged();
  });
  const wrong = refused(form.problem);
  return html`<form class="card stack narrow" ...${form.attributes}>
    <input type="text" name="username" autocomplete="username" value=${email} hidden readonly disabled />
    <${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" required error=${form.errors.current_password || wrong} />
    <${Field} label="New password" name="new_password" type="password" autocomplete="new-password" required minlength="8" error=${form.errors.new_password} hint="At least 8 characters. Every other session ends with the change." />
    ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} credentials="Nothing was changed." />`}
    <div><${Submit} busy=${form.busy}>Change the password<//></div>
  </form>`;
}

function DeleteAccount({ onClose }) {
  const form = useForm(async (body) => {
    await call("DELETE", "/v1/auth/me", { body, asksPassword: true });
    leave("Your account is deleted, with all that was in it.");
  });
  return html`<${Dialog} title="Delete the account?" onClose=${onClose}>
    <form class="stack" ...${form.attributes}>
      <p>Your watchlist, your customers, their favourites and your sessions are deleted. This cannot be taken back.</p>
      <${Field} label="Your password" name="password" type="password" autocomplete="current-password" required autofocus error=${form.errors.password || refused(form.problem)} />
      ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} credentials="Nothing was deleted." />`}
      <div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button><button class="button danger" data-busy=${form.busy}>Delete for good</button></div>
    </form>
  <//>`;
}

export function Sessions() {
  const sessions = useLoad((signal) => call("GET", "/v1/auth/sessions", { signal }).then(({ data }) => data.sessions), []);
  const [ending, setEnding] = useState(null);
  const end = async () => {
    await call("DELETE", `/v1/auth/sessions/${encodeURIComponent(ending.id)}`);
    toast("The session has ended.");
    sessions.reload();
  };
  return html`<${Loaded} from=${sessions} title="The sessions could not be read." skeleton=${html`<${Skeleton} rows=${2} />`}>
    ${(all) => html`<div class="table-box"><table>
      <thead><tr><th>Device</th><th>Address</th><th>Signed in</th><th>Last used</th><th><span class="hidden">Actions</span></th></tr></thead>
      <tbody>${all.map((one) => html`<tr key=${one.id}>
        <td class="main"><bdi title=${one.user_agent}>${device(one.user_agent)}</bdi>${one.current && html` <span class="pill accent">this one</span>`}</td>
        <td data-label="Address">${one.ip ?? "–"}</td>
        <td data-label="Signed in"><${Time} at=${one.created_at} relative /></td>
        <td data-label="Last used"><${Time} at=${one.last_used_at} relative /></td>
        <td class="number">${!one.current && html`<button type="button" class="button small" onClick=${() => setEnding(one)}>End<span class="hidden"> the session of ${device(one.user_agent)}</span></button>`}</td>
      </tr>`)}</tbody></table></div>`}
  <//>
  ${ending && html`<${Confirm} title="End this session?" action="End it" act=${end} onClose=${() => setEnding(null)}><p><bdi>${device(ending.user_agent)}</bdi> is signed out at once.</p><//>`}`;
}

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"], ["curl/", "curl"]];
const SYSTEMS = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]];

/** A name for people; the text itself is its title. */
function device(agent) {
  const find = (names) => names.find(([mark]) => agent?.includes(mark))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser) return system ? `${browser} on ${system}` : browser;
  return agent?.slice(0, 40) || "Unknown device";
}
