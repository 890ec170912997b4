// Favourites: `#/favourites` lists the customers, `#/favourites/<customer>` is one of them, and in
// `#/favourites/catalogue?for=<customer>` products are chosen.
import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { call, read } from "../app/api.js";
import { Field, Icon, session, Submit, useForm, useStore } from "../app/app.js";
import { Dialog } from "../app/dialog.js";
import { Loaded, Pager, useAddress, useLoad, usePages } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { ChangeProblem, Problem } from "../app/problem.js";
import { toast } from "../app/toast.js";
import { Customer, NoCustomer, Picture } from "./customer.js";
import { isId, isolated } from "./foreign.js";

const MOST = 50;
/** So many pages of customers are read for the choice among them. */
const PAGES = 5;

export default function Favourites({ rest, query }) {
  const [id] = rest;
  if (!id) return html`<${Customers} query=${query} />`;
  if (id === "catalogue") return html`<${Catalogue} query=${query} />`;
  return isId(id) ? html`<${Customer} key=${id} id=${id} query=${query} />` : html`<${NoCustomer} />`;
}

function Customers({ query }) {
  const [{ email, limit }, change] = useAddress("favourites", query, { email: "", limit: "10" });
  const [isAdding, setIsAdding] = useState(false);
  const { me } = useStore(session);
  const pages = usePages((cursor, signal) => read("/v1/customers", { email, limit, cursor }, signal), [email, limit]);
  const added = (customer) => {
    toast(`${isolated(customer.name)} is a customer now.`);
    location.hash = `#/favourites/${encodeURIComponent(customer.id)}`;
  };
  const search = (event) => {
    event.preventDefault();
    change({ email: new FormData(event.target).get("email").trim() });
  };
  return html`<${Page} title="Favourites" intro="${me.role === "admin" ? "All" : "Your"} customers and the products they like: the price of the day they chose, beside the price of today."
      actions=${html`<a class="button" href="#/favourites/catalogue">Browse products</a><button type="button" class="button primary" onClick=${() => setIsAdding(true)}><${Icon} name="add" /> New customer</button>`}>
    <search><form class="row filters" onSubmit=${search} key=${email}>
      <div class="field"><label for="find-email">E-mail of a customer</label><input id="find-email" name="email" type="text" inputmode="email" autocomplete="off" spellcheck=${false} defaultValue=${email} placeholder="all of them" /></div>
      <button class="button">Find</button>${email && html`<button type="button" class="button" onClick=${() => change({ email: "" })}>Show all</button>`}
    </form></search>
    <${Loaded} from=${pages} title="The customers could not be read." skeleton=${html`<${Skeleton} rows=${5} />`}>
      ${({ customers }) => (customers.length === 0 ? html`<${Nobody} email=${email} add=${() => setIsAdding(true)} />` : html`<div class="table-box"><table>
        <thead><tr><th>Name</th><th>E-mail</th><th>Since</th></tr></thead>
        <tbody>${customers.map((customer) => html`<tr key=${customer.id}>
          <td class="main"><a href="#/favourites/${encodeURIComponent(customer.id)}"><bdi>${customer.name}</bdi></a>${customer.owner_id !== me.id && html` <span class="pill">another account's</span>`}</td>
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
  const change = (body) => call("PATCH", `/v1/customers/${encodeURIComponent(customer.id)}`, { body, headers: etag ? { "if-match": etag } : {} });
  const create = (body) => {
    const text = JSON.stringify(body);
    if (attempt.current?.text !== text) attempt.current = { text, key: crypto.randomUUID() };
    return call("POST", "/v1/customers", { body, headers: { "idempotency-key": attempt.current.key } });
  };
  const reload = () => {
    form.clear();
    onReload();
  };
  const leave = () => {
    onClose();
    location.hash = "#/favourites";
  };
  return html`<${Dialog} title=${customer ? html`Edit <bdi>${customer.name}</bdi>` : "New customer"} onClose=${onClose}>
    <form class="stack" key=${etag} ...${form.attributes}>
      <${Field} label="Name" name="name" dir="auto" required autofocus autocomplete="off" defaultValue=${customer?.name} error=${form.errors.name} />
      <${Field} label="E-mail" name="email" type="email" required maxlength="254" autocomplete="off" defaultValue=${customer?.email} error=${form.errors.email} hint="One customer has it, in the whole system." />
      ${form.problem && html`<${ChangeProblem} problem=${form.problem} retry=${form.retry} what="This customer" reload=${reload} leave=${leave} />`}
      <div class="dialog-foot"><button type="button" class="button" onClick=${onClose}>Cancel</button><${Submit} busy=${form.busy}>${customer ? "Save" : "Add customer"}<//></div>
    </form>
  <//>`;
}

/** The catalogue, page by page. It says when what it shows is old because the catalogue is out of reach, or that there is nothing. */
function Catalogue({ query }) {
  const [{ page, for: given }, change] = useAddress("favourites/catalogue", query, { page: "1", for: "" });
  const customer = isId(given) ? given : "";
  const [chosen, choose] = useState(new Set());
  const products = useLoad((signal) => read("/v1/products", { page }, signal), [page]);
  const { me } = useStore(session);
  const customers = useLoad((signal) => readOwn(me.id, signal), [me.id]);
  const has = useFavouriteIds(customer);
  const toggle = (id) => choose((before) => {
    const after = new Set(before);
    if (!after.delete(id) && after.size < MOST) after.add(id);
    return after;
  });
  const turn = (to) => {
    change({ page: String(to) });
    scrollTo(0, 0);
    document.querySelector("main h1").focus();
  };
  const name = customers.data?.own.find(({ id }) => id === customer)?.name;
  return html`<${Page} title="Products" above=${customer && name ? html`<a href="#/favourites/${customer}"><bdi>${name}</bdi></a>` : html`<a href="#/favourites">Favourites</a>`}
      intro="Choose what a customer likes; what it costs today is kept with it.">
    <${Loaded} from=${products} title="The catalogue cannot be shown." skeleton=${html`<div class="products"><${Skeleton} rows=${8} shape="tile" /></div>`}>
      ${(data) => html`
        ${data.stale && html`<p class="notice" role="status">The catalogue is out of reach at the moment. This is what it said <${Time} at=${data.as_of} relative />.</p>`}
        ${data.products.length === 0 ? html`<${Empty} title="Nothing on this page"><p>The catalogue ends before it.</p><//>` : html`
        <fieldset class="products"><legend class="hidden">Products of page ${data.page}</legend>${data.products.map((product) => html`<${Product} key=${product.id} product=${product} isChosen=${chosen.has(product.id)} has=${has.ids.has(product.id)} onToggle=${() => toggle(product.id)} />`)}</fieldset>`}
        <nav class="pager" aria-label="Pages of the catalogue">
          <button type="button" class="button small" disabled=${data.page === 1} onClick=${() => turn(data.page - 1)}><${Icon} name="previous" /> Previous</button>
          <span class="figures">Page ${data.page}</span>
          <button type="button" class="button small" disabled=${data.next_page === null} onClick=${() => turn(data.next_page)}>Next <${Icon} name="next" /></button>
          <span class="hint">As of <${Time} at=${data.as_of} relative /></span>
        </nav>`}
    <//>
    <${Basket} chosen=${chosen} customers=${customers} customer=${customer} onCustomer=${(id) => change({ for: id })} clear=${() => choose(new Set())} onAdded=${has.reload} />
  <//>`;
}

/** The customers that are one's own, to whom alone products can be added: administrators are told of everybody's. */
async function readOwn(owner, signal) {
  let own = [];
  let cursor = null;
  for (let page = 0; page < PAGES && (page === 0 || cursor); page++) {
    const answer = await read("/v1/customers", { limit: 100, cursor }, signal);
    own = [...own, ...answer.customers.filter((one) => one.owner_id === owner)];
    cursor = answer.next_cursor;
  }
  return { own, hasMore: Boolean(cursor) };
}

/** Which products are favourites of the customer already, as far as one page tells. */
function useFavouriteIds(customer) {
  const ask = (signal) => read(`/v1/customers/${encodeURIComponent(customer)}/favorites`, { limit: 100 }, signal);
  const { data, reload } = useLoad(async (signal) => (customer ? (await ask(signal)).favorites.map((one) => one.product_id) : []), [customer]);
  return { ids: new Set(data ?? []), reload };
}

function Product({ product: { title, price, review, image_url: image }, isChosen, has, onToggle }) {
  return html`<label class="product" data-has=${has}>
    <input type="checkbox" checked=${isChosen || has} disabled=${has} onChange=${onToggle} />
    <${Picture} src=${image} />
    <span class="product-title" dir="auto">${title}</span>
    <span class="product-facts figures"><b>${price}</b>${review && html`<span>rated ${review}</span>`}${has && html`<span class="pill accent">favourite</span>`}</span>
  </label>`;
}

/** What is chosen, and for whom. It stays in sight, and away while nothing is chosen. A try without an answer keeps its key, as in AddItem. */
function Basket({ chosen, customers, customer, onCustomer, clear, onAdded }) {
  const [state, set] = useState({ busy: false, problem: null, results: null });
  useEffect(() => set({ busy: false, problem: null, results: null }), [customer]);
  const attempt = useRef(null);
  const add = async () => {
    if (state.busy || !customer) return;
    set({ busy: true, problem: null, results: null });
    try {
      const body = { product_ids: [...chosen] };
      const text = customer + JSON.stringify(body);
      if (attempt.current?.text !== text) attempt.current = { text, key: crypto.randomUUID() };
      const { data } = await call("POST", `/v1/customers/${encodeURIComponent(customer)}/favorites`, { body, headers: { "idempotency-key": attempt.current.key } });
      attempt.current = null;
      set({ busy: false, problem: null, results: data.results });
      clear();
      onAdded();
    } catch (problem) {
      if (problem.body?.results) attempt.current = null;
      set({ busy: false, problem, results: problem.body?.results ?? null });
    }
  };
  const done = () => set({ busy: false, problem: null, results: null });
  const { own = [], hasMore } = customers.data ?? {};
  const isOther = customer && !own.some(({ id }) => id === customer);
  return html`
    ${state.results && html`<${AddResults} results=${state.results} problem=${state.problem} customer=${customer} onClose=${done} />`}
    ${chosen.size > 0 && html`<section class="basket" aria-label="Chosen products">
      ${state.problem && !state.results && html`<${Problem} problem=${state.problem} retry=${add} />`}
      <div class="row">
        <p class="basket-count" role="status"><b class="figures">${chosen.size}</b> chosen${chosen.size === MOST && ", which is the most at once"}</p>
        <div class="field"><label for="basket-customer" class="hidden">For which customer</label><select id="basket-customer" value=${customer} onChange=${(event) => onCustomer(event.target.value)}>
          <option value="">For which customer?</option>${own.map(({ id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}
          ${isOther && html`<option value=${customer}>The one you came from</option>`}${hasMore && html`<option disabled>Others: from their own pages</option>`}</select></div>
        <button type="button" class="button" onClick=${clear}>Clear</button>
        <button type="button" class="button primary" disabled=${!customer} data-busy=${state.busy} onClick=${add}>Add</button>
      </div></section>`}`;
}

/** What became of each product: some may be added while others are not. */
const WORDS = {
  added: { kind: "good", text: "added" },
  duplicate: { kind: "", text: "was a favourite already" },
  not_found: { kind: "warm", text: "is not in the catalogue" },
  unavailable: { kind: "bad", text: "the catalogue did not answer" },
};

function AddResults({ results, problem, customer, onClose }) {
  const count = results.filter(({ result }) => result === "added").length;
  const title = count === 0 ? "Nothing was added" : `${count} ${count === 1 ? "favourite" : "favourites"} added`;
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${problem && html`<${Problem} problem=${problem} />`}
    <ul class="results">${results.map(({ product_id: id, result, favorite }) => html`<li key=${id}>
      <span dir="auto">${favorite?.title ?? html`Product <code>${id}</code>`}</span><span class="pill ${WORDS[result]?.kind}">${WORDS[result]?.text ?? result}</span></li>`)}</ul>
    <div class="dialog-foot"><a class="button" href="#/favourites/${customer}">See the favourites</a><button type="button" class="button primary" onClick=${onClose}>Choose more</button></div>
  <//>`;
}
