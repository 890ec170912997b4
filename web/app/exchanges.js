// What was asked of the API lately and what its headers said: the cache state and the budgets of the rate limits. Pages show
// it as it changes (budget.js, wire.js); the API client alone writes it.
import { createStore } from "./app.js";

const KEPT = 40;
let count = 0;

/** The last exchanges, newest first: `{ id, at, method, path, status, ms, requestId, cache, policy }`. */
export const exchanges = createStore([]);

/** By policy, such as `watchlists:list`: `{ limit, remaining, resetAt }`. */
export const budgets = createStore({});

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
