// What an administrator may do to an account, each asked for with what it brings about. It is sent with the version of the account
// that is shown, so that nothing happens to one that somebody else changed meanwhile.
import { html } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Field, useForm } from "../app/app.js";
import { Dialog } from "../app/dialog.js";
import { ChangeProblem, Problem } from "../app/problem.js";
import { leave } from "../app/session.js";
import { toast } from "../app/toast.js";

const KINDS = {
  promote: { body: { role: "admin" }, title: "Make administrator?", action: "Make administrator", done: "is an administrator now", effect: "They will see every account, watchlist and audit event, and may change and delete accounts." },
  demote: { body: { role: "user" }, title: "Make ordinary user?", action: "Make ordinary user", done: "is an ordinary user now", effect: "They will see their own things only, and this side of the console no more." },
  disable: { body: { disabled: true }, title: "Disable the account?", action: "Disable", done: "is disabled", effect: "Nobody can sign in with it until it is enabled again. What belongs to it stays." },
  enable: { body: { disabled: false }, title: "Enable the account?", action: "Enable", done: "is enabled", effect: "Its owner can sign in again, with the password of before." },
};

/** `kind` is one of those above; `onChanged(user, text)` gets the account as it is then. */
export function ChangeUser({ kind, user, isSelf, onChanged, onReload, onClose }) {
  const { body, title, action, done, effect } = KINDS[kind];
  const form = useForm(async () => {
    const { data, headers } = await call("PATCH", `/v1/admin/users/${user.id}`, { body, headers: { "if-match": user.etag } });
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
export function DeleteUser({ user, isSelf, onReload, onClose }) {
  const form = useForm(async () => {
    await call("DELETE", `/v1/admin/users/${user.id}`, { headers: { "if-match": user.etag } });
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
  if (problem.status === 409) return html`<${Problem} problem=${problem} title="Nothing was changed." /><p class="hint">Make somebody else an administrator first.</p>`;
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
