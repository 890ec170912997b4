// The client of the API. It adds the access token, renews it, turns each failure into an ApiError
// and records the recent requests and the rate-limit quotas. The access token exists in memory
// only. The refresh token is a cookie that scripts cannot read, so storage holds only its expiry: a
// first visit sends no request that would fail.
import { createStore, session, storage } from "./state.js";

// ---- Tokens

const RENEW_EARLY_MS = 60_000;
const REFRESH = "/v1/auth/refresh";

let accessToken = null;
let expiresAt = 0;
let renewalTimer = 0;
let renewal = null;
// Counts sign-outs: a response that arrives after one is not recorded for the next account.
let signOuts = 0;

const isFresh = () => accessToken !== null && Date.now() < expiresAt - 5_000;

/** Stores the tokens of a sign-in or a refresh and schedules the next refresh. */
export function storeTokens(tokens) {
  accessToken = tokens.access_token;
  expiresAt = Date.now() + tokens.expires_in * 1000;
  storage.set("session_until", String(Date.now() + tokens.refresh_expires_in * 1000));
  clearTimeout(renewalTimer);
  const delay = Math.max(tokens.expires_in * 1000 - RENEW_EARLY_MS, tokens.expires_in * 500);
  renewalTimer = setTimeout(() => renew().catch(() => {}), delay);
}

export function clearTokens() {
  accessToken = null;
  expiresAt = 0;
  signOuts += 1;
  clearTimeout(renewalTimer);
  storage.remove("session_until");
}

/**
 * Exchanges the cookie for a new access token. Returns false when the session has ended and throws
 * an ApiError when that is unknown. A lock serialises the refreshes of all tabs, since each one
 * replaces the cookie.
 */
export function renew() {
  renewal ??= withRefreshLock(refresh).finally(() => { renewal = null; });
  return renewal;
}

const withRefreshLock = (task) => (navigator.locks ? navigator.locks.request("refresh", task) : task());

async function refresh() {
  if (!(Number(storage.get("session_until")) > Date.now())) return endSession();
  const response = await send("POST", REFRESH, { body: {}, isAnonymous: true });
  if (response.ok) {
    storeTokens(await response.json());
    return true;
  }
  // 422: the cookie is missing.
  if (response.status === 401 || response.status === 422) return endSession();
  throw new ApiError(response, await json(response), `POST ${REFRESH}`);
}

function endSession() {
  clearTokens();
  dispatchEvent(new Event("session-ended"));
  return false;
}

// ---- Requests

/**
 * A failed request, with the API's message if there is one. `code` is `NETWORK` without a response.
 */
export class ApiError extends Error {
  constructor(response, body, request) {
    super(body?.message ?? (response ? `The API returned status ${response.status}.` : "The API did not respond."));
    this.status = response?.status ?? 0;
    this.code = body?.code ?? (response ? "UNKNOWN" : "NETWORK");
    this.requestId = body?.request_id ?? response?.headers.get("x-request-id") ?? null;
    this.errors = body?.errors ?? [];
    this.retryAfter = Number(response?.headers.get("retry-after") ?? 0);
    this.body = body;
    this.request = request;
  }
}

/**
 * Returns whether text from the address can be an id. One like `..` would change a request's path.
 */
export const isId = (text) => /^[\w-]+$/.test(text);

/** Appends the parameters that have a value to the path. */
export function withQuery(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}

/**
 * Sends a request and returns `{ data, headers, status }`. `data` is the JSON body, null without
 * one, or the text when `accept` names another type. Throws an ApiError, or the AbortError of
 * fetch.
 * With `checksPassword`, a 401 can mean a wrong password in the body. Repeating the request would
 * count as a second guess, so another request first finds out whether the token was rejected.
 */
export async function call(method, path, options = {}) {
  if (accessToken && !isFresh() && !options.keepalive) await renew();
  const sent = accessToken;
  let response = await send(method, path, options);
  const mayBeExpired = response.status === 401 && sent && !options.keepalive;
  if (mayBeExpired && (!options.checksPassword || (await isTokenRejected())) && (await renew())) {
    response = await send(method, path, options);
  }
  if (!response.ok) throw new ApiError(response, await json(response), `${method} ${path}`);
  const data = options.accept ? await response.text() : await json(response);
  return { data, headers: response.headers, status: response.status };
}

const isTokenRejected = () => send("GET", "/v1/auth/me", {}).then(({ status }) => status === 401, () => false);

/** Sends a GET and returns its data. */
export const get = (path, parameters = {}, signal) => call("GET", withQuery(path, parameters), { signal }).then(({ data }) => data);

/** Sends a GET and returns its data with the `ETag` as `etag`. */
export const getVersioned = (path, signal) => call("GET", path, { signal }).then(({ data, headers }) => ({ ...data, etag: headers.get("etag") }));

async function send(method, path, { body, headers = {}, accept = "application/json", signal, keepalive, isAnonymous }) {
  const all = { accept, ...headers };
  if (accessToken && !isAnonymous) all.authorization = `Bearer ${accessToken}`;
  if (body !== undefined) all["content-type"] = "application/json";
  const started = performance.now();
  const signOutsBefore = signOuts;
  const finish = (response) => signOutsBefore === signOuts && record(method, path, response, performance.now() - started);
  try {
    const response = await fetch(path, { method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), signal, keepalive });
    finish(response);
    return response;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    finish(null);
    throw new ApiError(null, null, `${method} ${path}`);
  }
}

async function json(response) {
  return (response.headers.get("content-type") ?? "").includes("json") ? response.json().catch(() => null) : null;
}

// ---- The record of requests and quotas

const MAX_REQUESTS = 40;
let count = 0;

/** The latest requests, newest first: `{ id, at, method, path, status, ms, requestId, cache }`. */
export const requests = createStore([]);

/** The quotas by rate-limit policy, such as `watchlists:list`: `{ limit, remaining, resetAt }`. */
export const quotas = createStore({});

// Both belong to the account, so the next one must not see them.
session.subscribe(() => {
  if (session.get().phase !== "out") return;
  requests.set([]);
  quotas.set({});
});

/** `response` is null when there was none. */
function record(method, path, response, ms) {
  const header = (name) => response?.headers.get(name) ?? null;
  const request = { id: ++count, at: new Date().toISOString(), method, path, status: response?.status ?? 0, ms: Math.round(ms), requestId: header("x-request-id"), cache: header("x-cache") };
  requests.set([request, ...requests.get()].slice(0, MAX_REQUESTS));
  const policy = header("ratelimit-policy")?.match(/"([^"]+)"/)?.[1];
  if (policy && header("x-ratelimit-limit")) {
    const quota = { limit: Number(header("x-ratelimit-limit")), remaining: Number(header("x-ratelimit-remaining")), resetAt: Number(header("x-ratelimit-reset")) * 1000 };
    quotas.set({ ...quotas.get(), [policy]: quota });
  }
}
