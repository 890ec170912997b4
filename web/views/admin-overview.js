// The overview: how much there is of everything, and what happened lately.
import { html, useState } from "../vendor/preact.js";
import { call } from "../app/api.js";
import { Icon } from "../app/app.js";
import { Loaded, useLoad } from "../app/load.js";
import { Page, Skeleton } from "../app/page.js";
import { Time } from "../app/time.js";
import { Recent } from "./admin-recent.js";

const TOTALS = { users: "Users", watchlist_items: "Titles on lists", customers: "Customers", favorites: "Favourites", audit_events: "Audit events" };
const LINKS = { users: "#/admin/users", customers: "#/favourites", audit_events: "#/admin/audit" };
const figure = new Intl.NumberFormat();

export default function Overview() {
  const [times, readAgain] = useState(0);
  const stats = useLoad((signal) => call("GET", "/v1/admin/stats", { signal }).then(({ data }) => data), [times]);
  return html`<${Page} title="Overview" intro="How much there is of everything, and what happened lately."
      actions=${html`<button type="button" class="button" onClick=${() => readAgain((n) => n + 1)}><${Icon} name="refresh" /> Read again</button>`}>
    <${Loaded} from=${stats} title="The totals could not be read." skeleton=${html`<${Skeleton} rows=${1} shape="tile" />`}>
      ${(data) => html`<section aria-label="Totals"><dl class="totals">${Object.entries(TOTALS).map(([name, label]) => html`<div key=${name}>
          <dt>${LINKS[name] ? html`<a href=${LINKS[name]}>${label}</a>` : label}</dt><dd class="figures">${figure.format(data[name])}</dd></div>`)}</dl>
        <p class="hint">As of <${Time} at=${data.as_of} />. The counts follow the audit trail, a second or two behind.</p></section>`}
    <//>
    <${Recent} times=${times} />
  <//>`;
}
