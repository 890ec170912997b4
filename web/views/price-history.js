// What a favourite's price was over time: the picture, and the same as a table.
import { html } from "../vendor/preact.js";
import { call, withQuery } from "../app/api.js";
import { StepChart } from "../app/chart.js";
import { Dialog } from "../app/dialog.js";
import { Loaded, useLoad } from "../app/load.js";
import { Skeleton } from "../app/page.js";
import { Time } from "../app/time.js";

export function PriceHistory({ title, path, onClose }) {
  const history = useLoad((signal) => call("GET", withQuery(path, { limit: 100 }), { signal }).then(({ data }) => data), [path]);
  return html`<${Dialog} title=${title} onClose=${onClose} wide>
    <${Loaded} from=${history} title="The history could not be read." skeleton=${html`<${Skeleton} rows=${1} shape="tile" />`}>
      ${({ snapshots }) => html`
        <${StepChart} points=${snapshots.map(({ at, price, available }) => ({ at, value: Number(price), text: price, isGap: !available }))} label=${sentence(title, snapshots)} />
        <div class="table-box"><table>
          <thead><tr><th>When</th><th class="number">Price</th><th>Rating</th><th>Then</th></tr></thead>
          <tbody>${snapshots.map((one, n) => html`<tr key=${one.at}><td class="main"><${Time} at=${one.at} /></td><td class="number" data-label="Price">${one.price}</td><td data-label="Rating">${one.review ?? "–"}</td>
            <td data-label="Then">${n === 0 ? "chosen" : one.available ? (one.title === snapshots[n - 1].title ? "seen in the catalogue" : `named “${one.title}”`) : "not in the catalogue"}</td></tr>`)}</tbody>
        </table></div>
        <p class="hint">A line for each change, and one an hour without any.</p>`}
    <//>
  <//>`;
}

function sentence(title, snapshots) {
  const [first, last] = [snapshots[0], snapshots.at(-1)];
  return `Price of ${title}: ${first.price} when it was chosen, ${last.price} now, ${snapshots.length} entries.`;
}
