// The favourites section: `#/favourites` lists the customers, `#/favourites/<customer>` shows one,
// and `#/favourites/catalogue?for=<customer>` shows the products to choose from.
import { html, useEffect, useState } from "../vendor/preact.js";
import { call, get, isId } from "../app/api.js";
import { Icon } from "../app/elements.js";
import { EmailFilter, Loaded, NoEmailMatch, PagedList, Pager, useIdempotencyKey, useLoad, usePages, useQueryState } from "../app/load.js";
import { Dialog, EmptyState, Page, Problem, Skeleton, Time } from "../app/page.js";
import { session, useStore } from "../app/state.js";
import { toast } from "../app/toast.js";
import { Customer, CustomerForm, CustomerNotFound, ProductImage } from "./customer.js";

const LIST = "#/favourites";
const MAX_PRODUCTS = 50;
const MAX_CUSTOMER_PAGES = 5;

export default function Favourites({ rest, query }) {
  const [id] = rest;
  if (!id) return html`<${CustomerList} query=${query} />`;
  if (id === "catalogue") return html`<${Catalogue} query=${query} />`;
  return isId(id) ? html`<${Customer} key=${id} id=${id} query=${query} />` : html`<${CustomerNotFound} />`;
}

function CustomerList({ query }) {
  const [{ email, limit }, change] = useQueryState("favourites", query, { email: "", limit: "10" });
  const [isAdding, setIsAdding] = useState(false);
  const { me } = useStore(session);
  const pages = usePages((cursor, signal) => get("/v1/customers", { email, limit, cursor }, signal), [email, limit]);
  const onAdded = (customer) => {
    toast("Customer added");
    location.hash = `${LIST}/${encodeURIComponent(customer.id)}`;
  };
  return html`<${Page} title="Favourites" intro="${me.role === "admin" ? "All" : "Your"} customers and their favourite products, with the price when added and the price now."
      actions=${html`<a class="button" href="${LIST}/catalogue">Browse products</a><button type="button" class="button primary" onClick=${() => setIsAdding(true)}><${Icon} name="add" /> New customer</button>`}>
    <${EmailFilter} label="Customer e-mail" type="text" inputmode="email" email=${email} change=${change} />
    <${PagedList} pages=${pages} name="customers" label="Customer pages" title="Couldn't load the customers." rows=${5} limit=${limit} change=${change}
        empty=${email ? html`<${NoEmailMatch} what="customer" />` : html`<${NoCustomers} add=${() => setIsAdding(true)} />`}>
      ${(customers) => html`<div class="table-box"><table>
        <thead><tr><th>Name</th><th>E-mail</th><th>Added</th></tr></thead>
        <tbody>${customers.map((customer) => html`<tr key=${customer.id}>
          <td class="main"><a href="${LIST}/${encodeURIComponent(customer.id)}"><bdi>${customer.name}</bdi></a>${customer.owner_id !== me.id && html` <span class="pill">other account</span>`}</td>
          <td data-label="E-mail">${customer.email}</td>
          <td data-label="Added"><${Time} at=${customer.created_at} /></td>
        </tr>`)}</tbody></table></div>`}
    <//>
    ${isAdding && html`<${CustomerForm} onClose=${() => setIsAdding(false)} onSaved=${onAdded} />`}
  <//>`;
}

function NoCustomers({ add }) {
  return html`<${EmptyState} title="No customers yet"><p>Add a customer and choose the products they like. Their prices are tracked from then on.</p>
    <button type="button" class="button primary" onClick=${add}>Add a customer</button><//>`;
}

/**
 * The pages of the catalogue. A notice marks products from the cache while the catalogue is down.
 */
function Catalogue({ query }) {
  const [{ page, for: requested }, change] = useQueryState("favourites/catalogue", query, { page: "1", for: "" });
  const customer = isId(requested) ? requested : "";
  const [selected, setSelected] = useState(new Set());
  const products = useLoad((signal) => get("/v1/products", { page }, signal), [page]);
  const { me } = useStore(session);
  const customers = useLoad((signal) => loadOwnCustomers(me.id, signal), [me.id]);
  const favorites = useFavoriteIds(customer);
  const toggle = (id) => setSelected((previous) => {
    const next = new Set(previous);
    if (!next.delete(id) && next.size < MAX_PRODUCTS) next.add(id);
    return next;
  });
  const goTo = (number) => {
    change({ page: String(number) });
    scrollTo(0, 0);
    document.querySelector("main h1").focus();
  };
  const name = customers.data?.own.find(({ id }) => id === customer)?.name;
  return html`<${Page} title="Products" above=${customer && name ? html`<a href="${LIST}/${customer}"><bdi>${name}</bdi></a>` : html`<a href=${LIST}>Favourites</a>`}
      intro="Choose products for a customer. Today's price is saved with each one.">
    <${Loaded} from=${products} title="Couldn't load the catalogue." skeleton=${html`<div class="products"><${Skeleton} rows=${8} shape="tile" /></div>`}>
      ${(data) => html`
        ${data.stale && html`<p class="notice" role="status">The catalogue is unavailable. These products were loaded <${Time} at=${data.as_of} relative />.</p>`}
        ${data.products.length === 0 ? html`<${EmptyState} title="No products on this page"><p>The catalogue has fewer pages.</p><//>` : html`
        <fieldset class="products"><legend class="hidden">Products on page ${data.page}</legend>${data.products.map((product) => html`<${Product} key=${product.id} product=${product} isSelected=${selected.has(product.id)} isFavorite=${favorites.ids.has(product.id)} onToggle=${() => toggle(product.id)} />`)}</fieldset>`}
        <${Pager} label="Catalogue pages" pages=${pagesOf(data, goTo)} count=${Infinity}><span class="hint">Updated <${Time} at=${data.as_of} relative /></span><//>`}
    <//>
    <${Basket} selected=${selected} customers=${customers} customer=${customer} onCustomer=${(id) => change({ for: id })} clear=${() => setSelected(new Set())} onAdded=${favorites.reload} />
  <//>`;
}

/** Adapts numbered pages to the Pager. */
const pagesOf = ({ page, next_page: next }, goTo) => ({ number: page, hasNext: next !== null, next: () => goTo(next), previous: () => goTo(page - 1) });

/**
 * Loads the account's own customers. Administrators see all, but only add favourites to their own.
 */
async function loadOwnCustomers(owner, signal) {
  let own = [];
  let cursor = null;
  for (let page = 0; page < MAX_CUSTOMER_PAGES && (page === 0 || cursor); page++) {
    const response = await get("/v1/customers", { limit: 100, cursor }, signal);
    own = [...own, ...response.customers.filter((customer) => customer.owner_id === owner)];
    cursor = response.next_cursor;
  }
  return { own, hasMore: Boolean(cursor) };
}

/** Returns the product IDs of the customer's first 100 favourites. */
function useFavoriteIds(customer) {
  const load = (signal) => get(`/v1/customers/${encodeURIComponent(customer)}/favorites`, { limit: 100 }, signal);
  const { data, reload } = useLoad(async (signal) => (customer ? (await load(signal)).favorites.map((favorite) => favorite.product_id) : []), [customer]);
  return { ids: new Set(data ?? []), reload };
}

function Product({ product: { title, price, review, image_url: image }, isSelected, isFavorite, onToggle }) {
  return html`<label class="product" data-favorite=${isFavorite}>
    <input type="checkbox" checked=${isSelected || isFavorite} disabled=${isFavorite} onChange=${onToggle} />
    <${ProductImage} src=${image} />
    <span class="product-title" dir="auto">${title}</span>
    <span class="product-facts figures"><b>${price}</b>${review && html`<span>rated ${review}</span>`}${isFavorite && html`<span class="pill accent">favourite</span>`}</span>
  </label>`;
}

/** The selected products and the customer to add them to. Hidden while nothing is selected. */
function Basket({ selected, customers, customer, onCustomer, clear, onAdded }) {
  const [state, setState] = useState({ busy: false, problem: null, results: null });
  useEffect(() => setState({ busy: false, problem: null, results: null }), [customer]);
  const idempotency = useIdempotencyKey();
  const add = async () => {
    if (state.busy || !customer) return;
    setState({ busy: true, problem: null, results: null });
    try {
      const body = { product_ids: [...selected] };
      const { data } = await call("POST", `/v1/customers/${encodeURIComponent(customer)}/favorites`, { body, headers: idempotency.headersFor({ customer, body }) });
      idempotency.reset();
      setState({ busy: false, problem: null, results: data.results });
      clear();
      onAdded();
    } catch (problem) {
      if (problem.body?.results) idempotency.reset();
      setState({ busy: false, problem, results: problem.body?.results ?? null });
    }
  };
  const close = () => setState({ busy: false, problem: null, results: null });
  const { own = [], hasMore } = customers.data ?? {};
  const isUnlisted = customer && !own.some(({ id }) => id === customer);
  return html`
    ${state.results && html`<${AddResults} results=${state.results} problem=${state.problem} customer=${customer} onClose=${close} />`}
    ${selected.size > 0 && html`<section class="basket" aria-label="Selected products">
      ${state.problem && !state.results && html`<${Problem} problem=${state.problem} retry=${add} />`}
      <div class="row">
        <p class="basket-count" role="status"><b class="figures">${selected.size}</b> selected${selected.size === MAX_PRODUCTS && " (maximum)"}</p>
        <div class="field"><label for="basket-customer" class="hidden">Customer</label><select id="basket-customer" value=${customer} onChange=${(event) => onCustomer(event.target.value)}>
          <option value="">Select a customer</option>${own.map(({ id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}
          ${isUnlisted && html`<option value=${customer}>Current customer</option>`}${hasMore && html`<option disabled>Open other customers to add products</option>`}</select></div>
        <button type="button" class="button" onClick=${clear}>Clear</button>
        <button type="button" class="button primary" disabled=${!customer} data-busy=${state.busy} onClick=${add}>Add</button>
      </div></section>`}`;
}

/** The labels of the result of each product. Some can be added while others fail. */
const RESULTS = {
  added: { kind: "good", label: "added" },
  duplicate: { kind: "", label: "already a favourite" },
  not_found: { kind: "warm", label: "not in the catalogue" },
  unavailable: { kind: "bad", label: "catalogue unavailable" },
};

function AddResults({ results, problem, customer, onClose }) {
  const count = results.filter(({ result }) => result === "added").length;
  const title = count === 0 ? "Nothing added" : `${count} ${count === 1 ? "favourite" : "favourites"} added`;
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${problem && html`<${Problem} problem=${problem} />`}
    <ul class="results">${results.map(({ product_id: id, result, favorite }) => html`<li key=${id}>
      <span dir="auto">${favorite?.title ?? html`Product <code>${id}</code>`}</span><span class="pill ${RESULTS[result]?.kind}">${RESULTS[result]?.label ?? result}</span></li>`)}</ul>
    <div class="dialog-foot"><a class="button" href="${LIST}/${customer}">View favourites</a><button type="button" class="button primary" onClick=${onClose}>Choose more</button></div>
  <//>`;
}
