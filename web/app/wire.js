// The line at the end of the page that says what was last asked of the API, and opens the list of what was asked before.
import { html, useState } from "../vendor/preact.js";
import { useStore } from "./app.js";
import { Dialog } from "./dialog.js";
import { exchanges } from "./exchanges.js";
import { Copy } from "./problem.js";
import { Time } from "./time.js";

export function Wire() {
  const [isOpen, open] = useState(false);
  const all = useStore(exchanges);
  const last = all[0];
  return html`<footer class="wire">
    <button type="button" class="wire-line" onClick=${() => open(true)} disabled=${!last} aria-haspopup="dialog">
      <span class="hidden">Requests. The last one:</span>
      ${last ? html`<${Status} of=${last} /><span class="wire-path"><b>${last.method}</b> ${last.path}</span><span class="figures">${last.ms} ms</span>${last.cache && html`<span class="pill">${last.cache}</span>`}` : html`<span>Nothing was asked of the API yet.</span>`}
      <span class="wire-more">Requests</span>
    </button>
    ${isOpen && html`<${Dialog} title="Requests" wide onClose=${() => open(false)}><${List} all=${all} /><//>`}
  </footer>`;
}

function Status({ of }) {
  return html`<span class="status" data-kind=${of.status === 0 ? "none" : Math.floor(of.status / 100)}>${of.status || "no answer"}</span>`;
}

function List({ all }) {
  return html`<p class="hint">What this window asked of the API, the latest first. Whoever looks after the API finds a request by its id.</p>
    <ul class="exchanges">${all.map((one) => html`<li key=${one.id}>
      <${Status} of=${one} /><span class="wire-path"><b>${one.method}</b> ${one.path}</span>
      <span class="exchange-facts"><${Time} at=${one.at} relative /> <span class="figures">${one.ms} ms</span> ${one.cache && html`<span class="pill">${one.cache}</span>`}
      ${one.requestId && html`<span class="request-id"><code>${one.requestId}</code><${Copy} text=${one.requestId} label="Copy the request id" /></span>`}</span>
    </li>`)}</ul>`;
}
