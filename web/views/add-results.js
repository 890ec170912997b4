// What became of each product that was to be a favourite: some may be added while others are not.
import { html } from "../vendor/preact.js";
import { Dialog } from "../app/dialog.js";
import { Problem } from "../app/problem.js";

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
