// The catalogue, page by page, to choose products for a customer. It says when what it shows is old because the catalogue is out of
// reach, and when there is nothing to show at all.
import { html, useEffect, useState } from "../vendor/preact.js";
import { call, read } from "../app/api.js";
import { Icon } from "../app/app.js";
import { Dialog } from "../app/dialog.js";
import { Loaded, useAddress, useLoad } from "../app/load.js";
import { Empty, Page, Skeleton, Time } from "../app/page.js";
import { Problem } from "../app/problem.js";
import { Picture } from "./customer.js";

const MOST = 50;

export function Catalogue({ query }) {
  const [{ page, for: customer }, change] = useAddress("favourites/catalogue", query, { page: "1", for: "" });
  const [chosen, choose] = useState(new Set());
  const products = useLoad((signal) => read("/v1/products", { page }, signal), [page]);
  const customers = useLoad((signal) => read("/v1/customers", { limit: 100 }, signal).then((data) => data.customers), []);
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
  const name = customers.data?.find(({ id }) => id === customer)?.name;
  return html`<${Page} title="Products" above=${customer && name ? html`<a href="#/favourites/${customer}">${name}</a>` : html`<a href="#/favourites">Favourites</a>`}
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
    <span class="product-title">${title}</span>
    <span class="product-facts figures"><b>${price}</b>${review && html`<span>rated ${review}</span>`}${has && html`<span class="pill accent">favourite</span>`}</span>
  </label>`;
}

/** What is chosen, and for whom. It stays in sight, and away while nothing is chosen. */
function Basket({ chosen, customers, customer, onCustomer, clear, onAdded }) {
  const [state, set] = useState({ busy: false, problem: null, results: null });
  useEffect(() => set({ busy: false, problem: null, results: null }), [customer]);
  const add = async () => {
    if (state.busy || !customer) return;
    set({ busy: true, problem: null, results: null });
    try {
      const headers = { "idempotency-key": crypto.randomUUID() };
      const { data } = await call("POST", `/v1/customers/${encodeURIComponent(customer)}/favorites`, { body: { product_ids: [...chosen] }, headers });
      set({ busy: false, problem: null, results: data.results });
      clear();
      onAdded();
    } catch (problem) {
      set({ busy: false, problem, results: problem.body?.results ?? null });
    }
  };
  const done = () => set({ busy: false, problem: null, results: null });
  return html`
    ${state.results && html`<${AddResults} results=${state.results} problem=${state.problem} customer=${customer} onClose=${done} />`}
    ${chosen.size > 0 && html`<section class="basket" aria-label="Chosen products">
      ${state.problem && !state.results && html`<${Problem} problem=${state.problem} retry=${add} />`}
      <div class="row">
        <p class="basket-count" role="status"><b class="figures">${chosen.size}</b> chosen${chosen.size === MOST && ", which is the most at once"}</p>
        <div class="field"><label for="basket-customer" class="hidden">For which customer</label><select id="basket-customer" value=${customer} onChange=${(event) => onCustomer(event.target.value)}>
          <option value="">For which customer?</option>${(customers.data ?? []).map(({ id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}</select></div>
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

export function AddResults({ results, problem, customer, onClose }) {
  const count = results.filter(({ result }) => result === "added").length;
  const title = count === 0 ? "Nothing was added" : `${count} ${count === 1 ? "favourite" : "favourites"} added`;
  return html`<${Dialog} title=${title} onClose=${onClose}>
    ${problem && html`<${Problem} problem=${problem} />`}
    <ul class="results">${results.map(({ product_id: id, result, favorite }) => html`<li key=${id}>
      <span>${favorite?.title ?? html`Product <code>${id}</code>`}</span><span class="pill ${WORDS[result]?.kind}">${WORDS[result]?.text ?? result}</span></li>`)}</ul>
    <div class="dialog-foot"><a class="button" href="#/favourites/${customer}">See the favourites</a><button type="button" class="button primary" onClick=${onClose}>Choose more</button></div>
  <//>`;
}
