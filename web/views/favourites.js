// Favourites: `#/favourites` lists the customers, `#/favourites/<customer>` is one of them, and in
// `#/favourites/catalogue?for=<customer>` products are chosen.
import { html, useRef, useState } from "../vendor/preact.js";
import { call, read } from "../app/api.js";
import { Field, Icon, session, Submit, useForm, useStore } from "../app/app.js";
import { Dialog } from "../app/dialog.js";
import { Loaded, Pager, useAddress, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { ChangeProblem } from "../app/problem.js";
import { toast } from "../app/toast.js";
import { Catalogue } from "./catalogue.js";
import { Customer } from "./customer.js";

export default function Favourites({ rest, query }) {
  if (rest[0] === "catalogue") return html`<${Catalogue} query=${query} />`;
  if (rest[0]) return html`<${Customer} key=${rest[0]} id=${rest[0]} query=${query} />`;
  return html`<${Customers} query=${query} />`;
}

export function Customers({ query }) {
  const [{ email, limit }, change] = useAddress("favourites", query, { email: "", limit: "10" });
  const [isAdding, setIsAdding] = useState(false);
  const { me } = useStore(session);
  const pages = usePages((cursor, signal) => read("/v1/customers", { email, limit, cursor }, signal), [email, limit]);
  const added = (customer) => {
    toast(`${customer.name} is a customer now.`);
    location.hash = `#/favourites/${customer.id}`;
  };
  const search = (event) => {
    event.preventDefault();
    change({ email: new FormData(event.target).get("email").trim() });
  };
  return html`<${Page} title="Favourites" intro="Your customers and the products they like: the price of the day they chose, beside the price of today."
      actions=${html`<a class="button" href="#/favourites/catalogue">Browse products</a><button type="button" class="button primary" onClick=${() => setIsAdding(true)}><${Icon} name="add" /> New customer</button>`}>
    <search><form class="row filters" onSubmit=${search} key=${email}>
      <div class="field"><label for="find-email">E-mail of a customer</label><input id="find-email" name="email" type="text" inputmode="email" autocomplete="off" spellcheck=${false} defaultValue=${email} placeholder="all of them" /></div>
      <button class="button">Find</button>${email && html`<button type="button" class="button" onClick=${() => change({ email: "" })}>Show all</button>`}
    </form></search>
    <${Loaded} from=${pages} title="The customers could not be read." skeleton=${html`<${Skeleton} rows=${5} />`}>
      ${({ customers }) => (customers.length === 0 ? html`<${Nobody} email=${email} add=${() => setIsAdding(true)} />` : html`<div class="table-box"><table>
        <thead><tr><th>Name</th><th>E-mail</th><th>Since</th></tr></thead>
        <tbody>${customers.map((customer) => html`<tr key=${customer.id}>
          <td class="main"><a href="#/favourites/${customer.id}">${customer.name}</a>${customer.owner_id !== me.id && html` <span class="pill">another account's</span>`}</td>
          <td data-label="E-mail">${customer.email}</td>
          <td data-label="Since"><${Time} at=${customer.created_at} /></td>
        </tr>`)}</tbody></table></div>`)}
    <//>
    ${pages.data && html`<${Pager} label="Pages of customers" pages=${pages} count=${pages.data.customers.length} size=${Number(limit)} onSize=${(size) => change({ limit: String(size) })} />`}
    ${isAdding && html`<${CustomerForm} onClose=${() => setIsAdding(false)} onSaved=${added} />`}
  <//>`;
}

function Nobody({ email, add }) {
  if (email) return html`<${Empty} title="No customer has this address"><p>It is compared whole, without regard to capitals.</p><//>`;
  return html`<${Empty} title="No customers yet"><p>Write down who they are, then choose the products they like. Prices are followed from then on.</p>
    <button type="button" class="button primary" onClick=${add}>Add the first one</button><//>`;
}

/** Makes a customer, or changes the one that was read with `etag`; `onReload` reads it again. */
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
  const reload = () => {
    form.clear();
    onReload();
  };
  return html`<${Dialog} title=${customer ? `Edit ${customer.name}` : "New customer"} onClose=${onClose}>
    <form class="stack" key=${etag} ...${form.attributes}>
      <${Field} label="Name" name="name" required autofocus maxlength="255" autocomplete="off" defaultValue=${customer?.name} error=${form.errors.name} />
      <${Field} label="E-mail" name="email" type="email" required maxlength="254" autocomplete="off" defaultValue=${customer?.email} error=${form.errors.email} hint="One customer has it, in the whole system." />
      ${form.problem && html`<${ChangeProblem} problem=${form.problem} retry=${form.retry} what="This customer" reload=${reload} leave=${onClose} />`}
      <div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button><${Submit} busy=${form.busy}>${customer ? "Save" : "Add customer"}<//></div>
    </form>
  <//>`;
}
