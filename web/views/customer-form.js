// The dialog that makes a customer, or changes one: then with the version that was read, so that nobody's change is overwritten.
import { html, useRef } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Field, Submit, useForm } from "../app/app.js";
import { ChangeProblem } from "../app/conflict.js";
import { Dialog } from "../app/dialog.js";

/** With a `customer` and its `etag` it changes that one; `onReload` reads it again. */
export function CustomerForm({ customer, etag, onClose, onSaved, onReload }) {
  const attempt = useRef(null);
  const form = useForm(async (body) => {
    const { data, headers } = await (customer ? change(body) : create(body));
    onSaved(data, headers.get("etag"));
  });
  const change = (body) => call("PATCH", `/v1/customers/${customer.id}`, { body, headers: etag ? { "if-match": etag } : {} });
  const create = (body) => {
    const text = JSON.stringify(body);
    if (attempt.current?.text !== text) attempt.current = { text, key: crypto.randomUUID() };
    return call("POST", "/v1/customers", { body, headers: { "idempotency-key": attempt.current.key } });
  };
  return html`<${Dialog} title=${customer ? `Edit ${customer.name}` : "New customer"} onClose=${onClose}>
    <form class="stack" key=${etag} ...${form.attributes}>
      <${Field} label="Name" name="name" required autofocus maxlength="255" autocomplete="off" defaultValue=${customer?.name} error=${form.errors.name} />
      <${Field} label="E-mail" name="email" type="email" required maxlength="254" autocomplete="off" defaultValue=${customer?.email} error=${form.errors.email} hint="One customer has it, in the whole system." />
      ${form.problem && html`<${ChangeProblem} problem=${form.problem} retry=${form.retry} what="This customer" reload=${onReload} leave=${onClose} />`}
      <div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button><${Submit} busy=${form.busy}>${customer ? "Save" : "Add customer"}<//></div>
    </form>
  <//>`;
}
