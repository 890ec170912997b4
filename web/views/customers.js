// The customers whose favourite products are kept.
import { html, useState } from "../vendor/preact.js";
import { call, withQuery } from "../app/api.js";
import { Icon, session, useStore } from "../app/app.js";
import { useAddress } from "../app/filter.js";
import { Loaded, usePages } from "../app/load.js";
import { Empty, Page, Skeleton } from "../app/page.js";
import { Pager } from "../app/pager.js";
import { Time } from "../app/time.js";
import { toast } from "../app/toast.js";
import { CustomerForm } from "./customer-form.js";

export function Customers({ query }) {
  const [{ email, limit }, change] = useAddress("favourites", query, { email: "", limit: "10" });
  const [isAdding, setIsAdding] = useState(false);
  const { me } = useStore(session);
  const pages = usePages((cursor, signal) => call("GET", withQuery("/v1/customers", { email, limit, cursor }), { signal }).then(({ data }) => data), [email, limit]);
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
