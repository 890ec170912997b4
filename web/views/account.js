// The account page: profile, sessions, password and deletion.
import { html, useState } from "../vendor/preact.js";
import { call, get } from "../app/api.js";
import { Field, SubmitButton, useForm } from "../app/elements.js";
import { Loaded, useLoad } from "../app/load.js";
import { ConfirmDialog, Dialog, DialogFoot, Page, Problem, Skeleton, Time } from "../app/page.js";
import { showSignIn, signOut } from "../app/session.js";
import { session, useStore } from "../app/state.js";
import { toast } from "../app/toast.js";

export default function Account() {
  const { me } = useStore(session);
  const [isDeleting, setIsDeleting] = useState(false);
  const [sessionsVersion, setSessionsVersion] = useState(0);
  const leave = (options) => signOut(options).catch((problem) => toast(`Couldn't sign out. ${problem.message}`, { problem, ms: 10_000 }));
  return html`<${Page} title="Account" intro=${me.email} actions=${html`<button type="button" class="button" onClick=${() => leave({ everywhere: true })}>Sign out everywhere</button><button type="button" class="button primary" onClick=${() => leave()}>Sign out</button>`}>
    <section class="card"><dl class="facts">
      <dt>E-mail</dt><dd>${me.email}</dd>
      <dt>Role</dt><dd><span class="pill ${me.role === "admin" ? "accent" : ""}">${me.role === "admin" ? "administrator" : me.role}</span></dd>
      <dt>Member since</dt><dd><${Time} at=${me.created_at} /></dd>
      <dt>ID</dt><dd><code>${me.id}</code></dd>
    </dl></section>
    <section class="section" aria-labelledby="sessions"><div class="section-head"><h2 id="sessions">Sessions</h2></div><${Sessions} key=${sessionsVersion} /></section>
    <section class="section" aria-labelledby="password"><div class="section-head"><h2 id="password">Password</h2></div><${Password} email=${me.email} onChanged=${() => setSessionsVersion((n) => n + 1)} /></section>
    <section class="section danger-zone" aria-labelledby="delete"><div class="section-head"><div><h2 id="delete">Delete account</h2><p class="hint">Deletes your watchlist, your customers and their favourites. This can't be undone.</p></div>
      <button type="button" class="button warn" onClick=${() => setIsDeleting(true)}>Delete account…</button></div></section>
    ${isDeleting && html`<${DeleteAccount} onClose=${() => setIsDeleting(false)} />`}
  <//>`;
}

const wrongPassword = (problem) => problem?.status === 401 && "Wrong password.";

function Password({ email, onChanged }) {
  const form = useForm(async (body, element) => {
    await call("PUT", "/v1/auth/password", { body, checksPassword: true });
    element.reset();
    toast("Password changed. All other sessions have ended.");
    onChanged();
  });
  return html`<form class="card stack narrow" ...${form.attributes}>
    <input type="text" name="username" autocomplete="username" value=${email} hidden readonly disabled />
    <${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" required error=${form.errors.current_password || wrongPassword(form.problem)} />
    <${Field} label="New password" name="new_password" type="password" autocomplete="new-password" required minlength="8" error=${form.errors.new_password} hint="At least 8 characters. The change ends all other sessions." />
    ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} unauthorized="Your password was not changed." />`}
    <div><${SubmitButton} busy=${form.busy}>Change password<//></div>
  </form>`;
}

function DeleteAccount({ onClose }) {
  const form = useForm(async (body) => {
    await call("DELETE", "/v1/auth/me", { body, checksPassword: true });
    showSignIn("Your account was deleted with all its data.");
  });
  return html`<${Dialog} title="Delete account?" onClose=${onClose}>
    <form class="stack" ...${form.attributes}>
      <p>This deletes your watchlist, your customers, their favourites and your sessions. It can't be undone.</p>
      <${Field} label="Your password" name="password" type="password" autocomplete="current-password" required autofocus error=${form.errors.password || wrongPassword(form.problem)} />
      ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} unauthorized="Your account was not deleted." />`}
      <${DialogFoot} onClose=${onClose}><${SubmitButton} kind="danger" busy=${form.busy}>Delete permanently<//><//>
    </form>
  <//>`;
}

function Sessions() {
  const sessions = useLoad((signal) => get("/v1/auth/sessions", {}, signal).then((data) => data.sessions), []);
  const [selected, setSelected] = useState(null);
  const revoke = async () => {
    await call("DELETE", `/v1/auth/sessions/${encodeURIComponent(selected.id)}`);
    toast("Session revoked");
    sessions.reload();
  };
  return html`<${Loaded} from=${sessions} title="Couldn't load your sessions." skeleton=${html`<${Skeleton} rows=${2} />`}>
    ${(all) => html`<div class="table-box"><table>
      <thead><tr><th>Device</th><th>IP address</th><th>Signed in</th><th>Last used</th><th><span class="hidden">Actions</span></th></tr></thead>
      <tbody>${all.map((one) => html`<tr key=${one.id}>
        <td class="main"><bdi title=${one.user_agent}>${device(one.user_agent)}</bdi>${one.current && html` <span class="pill accent">this session</span>`}</td>
        <td data-label="IP address">${one.ip ?? "–"}</td>
        <td data-label="Signed in"><${Time} at=${one.created_at} relative /></td>
        <td data-label="Last used"><${Time} at=${one.last_used_at} relative /></td>
        <td class="number">${!one.current && html`<button type="button" class="button small" onClick=${() => setSelected(one)}>Revoke<span class="hidden"> the session on ${device(one.user_agent)}</span></button>`}</td>
      </tr>`)}</tbody></table></div>`}
  <//>
  ${selected && html`<${ConfirmDialog} title="Revoke this session?" action="Revoke" onConfirm=${revoke} onClose=${() => setSelected(null)}><p><bdi>${device(selected.user_agent)}</bdi> is signed out immediately.</p><//>`}`;
}

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"], ["curl/", "curl"]];
const SYSTEMS = [["Android"], ["iPhone"], ["iPad"], ["Windows"], ["Mac OS", "macOS"], ["Linux"]];

/** Returns a readable name for a user agent. */
function device(userAgent) {
  const find = (names) => {
    const [token, name = token] = names.find(([token]) => userAgent?.includes(token)) ?? [];
    return name;
  };
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  if (browser) return system ? `${browser} on ${system}` : browser;
  return userAgent?.slice(0, 40) || "Unknown device";
}
