// How much of a rate limit is left, as it is used and as it comes back.
import { html, useEffect, useState } from "../vendor/preact.js";
import { useStore } from "./app.js";
import { budgets, exchanges } from "./exchanges.js";

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
