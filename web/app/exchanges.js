// What was asked of the API lately and what its headers said: the cache state and the budgets of the rate limits. The
// API client writes it; pages show it as it changes.
import { html, useEffect, useState } from "../vendor/preact.js";
import { createStore, session, useStore } from "./app.js";
import { Dialog } from "./dialog.js";
import { Time } from "./page.js";
import { Copy } from "./problem.js";

const KEPT = 40;
let count = 0;

/** The last exchanges, newest first: `{ id, at, method, path, status, ms, requestId, cache, policy }`. */
export const exchanges = createStore([]);

/** By policy, such as `watchlists:list`: `{ limit, remaining, resetAt }`. */
export const budgets = createStore({});

// They are the account's: whoever comes next must not read them.
session.subscribe(() => {
  if (session.get().phase !== "out") return;
  exchanges.set([]);
  budgets.set({});
});

/** Keeps what an answer's headers say; `response` is null when there was none. */
export function note(method, path, response, ms) {
  const header = (name) => response?.headers.get(name) ?? null;
  const policy = header("ratelimit-policy")?.match(/"([^"]+)"/)?.[1] ?? null;
  const exchange = { id: ++count, at: new Date().toISOString(), method, path, status: response?.status ?? 0, ms: Math.round(ms), requestId: header("x-request-id"), cache: header("x-cache"), policy };
  exchanges.set([exchange, ...exchanges.get()].slice(0, KEPT));
  if (policy && header("x-ratelimit-limit")) {
    const budget = { limit: Number(header("x-ratelimit-limit")), remaining: Number(header("x-ratelimit-remaining")), resetAt: Number(header("x-ratelimit-reset")) * 1000 };
    budgets.set({ ...budgets.get(), [policy]: budget });
  }
}

/** A meter for each policy that has been used; `policies` maps the API's name to what people call it. */
export function Budgets({ policies }) {
  const known = useStore(budgets);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return html`<dl class="budgets">${Object.entries(policies).map(([policy, label]) => {
    const budget = known[policy];
    const left = budget && remaining(budget, Date.now());
    return html`<div key=${policy} title="Rate limit ${policy}: ${budget ? `${left} of ${budget.limit} requests a minute are left` : "not used yet"}">
      <dt>${label}</dt>
      <dd><span class="meter" data-low=${budget && left / budget.limit < 0.2}><span style=${{ width: budget ? `${(100 * left) / budget.limit}%` : "100%" }}></span></span>
      <span class="figures">${budget ? `${left}/${budget.limit}` : "–"}</span></dd>
    </div>`;
  })}</dl>`;
}

/** At `resetAt` one more passes, and after it one for each part of the minute. */
function remaining({ limit, remaining, resetAt }, now) {
  const back = now < resetAt ? 0 : 1 + Math.floor(((now - resetAt) * limit) / 60_000);
  return Math.min(limit, remaining + back);
}

const CACHE = { HIT: "answered by the cache", MISS: "read from the table, now cached", BYPASS: "read from the table; there is no cache at the moment" };

/** What `X-Cache` said the last time something below `path` was read. */
export function CacheState({ path }) {
  const last = useStore(exchanges).find((exchange) => exchange.cache && exchange.path.startsWith(path));
  if (!last) return html`<span class="cache" data-state="none">Cache –</span>`;
  return html`<span class="cache" data-state=${last.cache} title=${CACHE[last.cache]}><span>Cache</span> <b key=${last.id}>${last.cache}</b> <span class="figures">${last.ms} ms</span></span>`;
}

/** The line at the end of the page that says what was asked last, and opens the list of what was asked before. */
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
