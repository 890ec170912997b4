// The one way to the API: adds the token, renews it, and turns whatever goes wrong into a Problem that a page can show. The access
// token is in memory only. The refresh token is a cookie that no script can read, so all that is stored here is until when there may
// be one: a first visitor's page asks for nothing that would fail.
import { kept } from "./app.js";
import { note } from "./exchanges.js";

const MARGIN_MS = 60_000;
const REFRESH = "/v1/auth/refresh";

let access = null;
let endsAt = 0;
let timer = 0;
let renewing = null;
// How often somebody left: what is answered after that is not told to the next one.
let departures = 0;

const bearer = () => access;

const isFresh = () => access !== null && Date.now() < endsAt - 5_000;

/** Keeps what a sign-in or a refresh answered. */
export function accept(answer) {
  access = answer.access_token;
  endsAt = Date.now() + answer.expires_in * 1000;
  kept.set("session_until", String(Date.now() + answer.refresh_expires_in * 1000));
  clearTimeout(timer);
  const wait = Math.max(answer.expires_in * 1000 - MARGIN_MS, answer.expires_in * 500);
  timer = setTimeout(() => renew().catch(() => {}), wait);
}

/** Nobody is signed in here any more. */
export function forget() {
  access = null;
  endsAt = 0;
  departures += 1;
  clearTimeout(timer);
  kept.remove("session_until");
}

/**
 * A new token for the cookie: true, or false when the session is over. Throws a Problem when neither is known. One at a time over
 * all tabs, since each use of the cookie replaces it.
 */
export function renew() {
  renewing ??= oneAtATime(ask).finally(() => { renewing = null; });
  return renewing;
}

const oneAtATime = (task) => (navigator.locks ? navigator.locks.request("refresh", task) : task());

async function ask() {
  if (!(Number(kept.get("session_until")) > Date.now())) return over();
  const response = await send("POST", REFRESH, { body: {}, isAnonymous: true });
  if (response.ok) {
    accept(await response.json());
    return true;
  }
  // 422: the browser has no cookie any more.
  if (response.status === 401 || response.status === 422) return over();
  throw new Problem(response, await json(response), `POST ${REFRESH}`);
}

function over() {
  forget();
  dispatchEvent(new Event("session-over"));
  return false;
}

/** What went wrong, in the API's own words where it had any. `code` is `NETWORK` when there was no answer at all. */
export class Problem extends Error {
  constructor(response, body, request) {
    super(body?.message ?? (response ? `The API answered ${response.status}.` : "The API did not answer."));
    this.status = response?.status ?? 0;
    this.code = body?.code ?? (response ? "UNKNOWN" : "NETWORK");
    this.requestId = body?.request_id ?? response?.headers.get("x-request-id") ?? null;
    this.errors = body?.errors ?? [];
    this.retryAfter = Number(response?.headers.get("retry-after") ?? 0);
    this.body = body;
    this.request = request;
  }
}

/** The path with those of the parameters that have a value. */
export function withQuery(path, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path;
}

/**
 * Sends a request and answers `{ data, headers, status }`, or throws a Problem; an aborted one throws what fetch throws.
 * `data` is the JSON, null when there is none, or the text for an `accept` of another type. With `asksPassword`, a 401 may be about
 * the password in the body: trying again would count as guessing once more, so another request finds out whether the token is at fault.
 */
export async function call(method, path, options = {}) {
  if (bearer() && !isFresh() && !options.keepalive) await renew();
  const sent = bearer();
  let response = await send(method, path, options);
  const mayBeOld = response.status === 401 && sent && !options.keepalive;
  if (mayBeOld && (!options.asksPassword || (await isRefused())) && (await renew())) {
    response = await send(method, path, options);
  }
  if (!response.ok) throw new Problem(response, await json(response), `${method} ${path}`);
  const data = options.accept ? await response.text() : await json(response);
  return { data, headers: response.headers, status: response.status };
}

const isRefused = () => send("GET", "/v1/auth/me", {}).then(({ status }) => status === 401, () => false);

/** What a GET answers. */
export const read = (path, parameters, signal) => call("GET", withQuery(path, parameters), { signal }).then(({ data }) => data);

async function send(method, path, { body, headers = {}, accept = "application/json", signal, keepalive, isAnonymous }) {
  const all = { accept, ...headers };
  if (bearer() && !isAnonymous) all.authorization = `Bearer ${bearer()}`;
  if (body !== undefined) all["content-type"] = "application/json";
  const started = performance.now();
  const before = departures;
  const keep = (response) => before === departures && note(method, path, response, performance.now() - started);
  try {
    const response = await fetch(path, { method, headers: all, body: body === undefined ? undefined : JSON.stringify(body), signal, keepalive });
    keep(response);
    return response;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    keep(null);
    throw new Problem(null, null, `${method} ${path}`);
  }
}

async function json(response) {
  return (response.headers.get("content-type") ?? "").includes("json") ? response.json().catch(() => null) : null;
}
