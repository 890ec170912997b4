// The access token: in memory only, renewed a minute before it ends. The refresh token is a cookie that no script can read, so
// all that is stored here is until when there may be one: a first visitor's page asks for nothing that would fail.

const MARGIN_MS = 60_000;

let access = null;
let endsAt = 0;
let timer = 0;
let renewing = null;

/** The token to send, or null. */
export const bearer = () => access;

/** Whether the token is worth sending as it is. */
export const isFresh = () => access !== null && Date.now() < endsAt - 5_000;

/** Keeps what a sign-in or a refresh answered. */
export function accept(answer) {
  access = answer.access_token;
  endsAt = Date.now() + answer.expires_in * 1000;
  localStorage.setItem("session_until", String(Date.now() + answer.refresh_expires_in * 1000));
  clearTimeout(timer);
  const wait = Math.max(answer.expires_in * 1000 - MARGIN_MS, answer.expires_in * 500);
  timer = setTimeout(() => renew().catch(() => {}), wait);
}

/** Nobody is signed in here any more. */
export function forget() {
  access = null;
  endsAt = 0;
  clearTimeout(timer);
  localStorage.removeItem("session_until");
}

/**
 * A new token for the cookie: true, or false when the session is over. Throws when the API cannot be reached, which says
 * nothing about the session. One at a time over all tabs, since each use of the cookie replaces it.
 */
export function renew() {
  renewing ??= oneAtATime(ask).finally(() => { renewing = null; });
  return renewing;
}

const oneAtATime = (task) => (navigator.locks ? navigator.locks.request("refresh", task) : task());

async function ask() {
  if (!localStorage.getItem("session_until")) return over();
  const response = await fetch("/v1/auth/refresh", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" });
  if (response.ok) {
    accept(await response.json());
    return true;
  }
  if (response.status === 401) return over();
  throw new Error(`refresh answered ${response.status}`);
}

function over() {
  forget();
  dispatchEvent(new Event("session-over"));
  return false;
}
