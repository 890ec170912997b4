// Favourites: which of its pages the address means. `#/favourites` lists the customers, `#/favourites/<customer>` is one of them, and
// `#/favourites/catalogue?for=<customer>` is where products are chosen.
import { html } from "../vendor/preact.js";
import { Catalogue } from "./catalogue.js";
import { Customer } from "./customer.js";
import { Customers } from "./customers.js";

export default function Favourites({ rest, query }) {
  if (rest[0] === "catalogue") return html`<${Catalogue} query=${query} />`;
  if (rest[0]) return html`<${Customer} key=${rest[0]} id=${rest[0]} query=${query} />`;
  return html`<${Customers} query=${query} />`;
}
