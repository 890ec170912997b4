// Account: who is signed in, where else, the password, and the way out for good.
import { html, useState } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Field, Submit, session, useForm, useStore } from "../app/app.js";
import { Dialog } from "../app/dialog.js";
import { Page } from "../app/page.js";
import { Problem } from "../app/problem.js";
import { leave, signOut } from "../app/session.js";
import { Time } from "../app/time.js";
import { toast } from "../app/toast.js";
import { Sessions } from "./sessions.js";

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
    <${Field} label="Current password" name="current_password" type="password" autocomplete="current-password" required maxlength="128" error=${form.errors.current_password || wrong} />
    <${Field} label="New password" name="new_password" type="password" autocomplete="new-password" required minlength="8" maxlength="128" error=${form.errors.new_password} hint="At least 8 characters. Every other session ends with the change." />
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
      <${Field} label="Your password" name="password" type="password" autocomplete="current-password" required maxlength="128" autofocus error=${form.errors.password || refused(form.problem)} />
      ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} credentials="Nothing was deleted." />`}
      <div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button><button class="button danger" data-busy=${form.busy}>Delete for good</button></div>
    </form>
  <//>`;
}
