// The request bar at the bottom of the window with its list of recent requests, the quota meters
// and the cache state.
import { html, useEffect, useState } from "../vendor/preact.js";
import { quotas, requests } from "./api.js";
import { CopyButton, Dialog, Time } from "./page.js";
import { useStore } from "./state.js";

/** A meter for each rate-limit policy. `policies` maps the API's names to labels. */
export function Quotas({ policies }) {
  const known = useStore(quotas);
  const [, render] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => render((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`<dl class="quotas">${Object.entries(policies).map(([policy, label]) => {
    const quota = known[policy];
    const left = quota && remaining(quota, Date.now());
    return html`<div key=${policy} title="Rate limit ${policy}: ${quota ? `${left} of ${quota.limit} requests per minute left` : "not used yet"}">
      <dt>${label}</dt>
      <dd><span class="meter" data-low=${quota && left / quota.limit < 0.2}><span style=${{ width: quota ? `${(100 * left) / quota.limit}%` : "100%" }}></span></span>
      <span class="figures">${quota ? `${left}/${quota.limit}` : "–"}</span></dd>
    </div>`;
  })}</dl>`;
}

/** The limiter frees one request at `resetAt`, and then one per `1/limit` of a minute. */
function remaining({ limit, remaining, resetAt }, now) {
  const freed = now < resetAt ? 0 : 1 + Math.floor(((now - resetAt) * limit) / 60_000);
  return Math.min(limit, remaining + freed);
}

const CACHE = { HIT: "Served from the cache", MISS: "Read from the database, now cached", BYPASS: "Read from the database; the cache is unavailable" };

/** The `X-Cache` header of the latest response for a path that begins with `path`. */
export function CacheState({ path }) {
  const last = useStore(requests).find((request) => request.cache && request.path.startsWith(path));
  if (!last) return html`<span class="cache" data-state="none">Cache –</span>`;
  return html`<span class="cache" data-state=${last.cache} title=${CACHE[last.cache]}><span>Cache</span> <b key=${last.id}>${last.cache}</b> <span class="figures">${last.ms} ms</span></span>`;
}

/** Shows the latest request and opens the list of all. */
export function RequestBar() {
  const [isOpen, setIsOpen] = useState(false);
  const all = useStore(requests);
  const last = all[0];
  return html`<footer class="request-bar">
    <button type="button" class="request-line" onClick=${() => setIsOpen(true)} disabled=${!last} aria-haspopup="dialog">
      <span class="hidden">Requests. Latest:</span>
      ${last ? html`<${Status} status=${last.status} /><span class="request-path"><b>${last.method}</b> ${last.path}</span><span class="figures">${last.ms} ms</span>${last.cache && html`<span class="pill">${last.cache}</span>`}` : html`<span>No requests yet</span>`}
      <span class="request-more">Requests</span>
    </button>
    ${isOpen && html`<${Dialog} title="Requests" wide onClose=${() => setIsOpen(false)}><${RequestList} requests=${all} /><//>`}
  </footer>`;
}

function Status({ status }) {
  return html`<span class="status" data-kind=${status === 0 ? "none" : Math.floor(status / 100)}>${status || "no response"}</span>`;
}

function RequestList({ requests }) {
  return html`<p class="hint">API requests of this tab, newest first. Include the request ID when you report a problem.</p>
    <ul class="requests">${requests.map((request) => html`<li key=${request.id}>
      <${Status} status=${request.status} /><span class="request-path"><b>${request.method}</b> ${request.path}</span>
      <span class="request-facts"><${Time} at=${request.at} relative /> <span class="figures">${request.ms} ms</span> ${request.cache && html`<span class="pill">${request.cache}</span>`}
      ${request.requestId && html`<span class="request-id"><code>${request.requestId}</code><${CopyButton} text=${request.requestId} label="Copy request ID" /></span>`}</span>
    </li>`)}</ul>`;
}
