// State that the modules share: stored values, observable stores, the session and the route.
// Imports Preact only, so every other module may import it.
import { useEffect, useState } from "../vendor/preact.js";

// ---- Stored values, in memory when the browser blocks localStorage

const memory = {};

function withStorage(use, fallback) {
  try {
    return use(localStorage);
  } catch {
    return fallback();
  }
}

export const storage = {
  get: (name) => withStorage((local) => local.getItem(name), () => memory[name] ?? null),
  set: (name, value) => withStorage((local) => local.setItem(name, value), () => { memory[name] = value; }),
  remove: (name) => withStorage((local) => local.removeItem(name), () => { delete memory[name]; }),
};

// ---- Observable stores

/** A value with subscribers, which are called after each change. */
export function createStore(value) {
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Returns the value of a store and renders the component again when it changes. */
export function useStore(store) {
  const [, render] = useState(0);
  useEffect(() => store.subscribe(() => render((n) => n + 1)), [store]);
  return store.get();
}

// ---- The session

const mayResume = Number(storage.get("session_until")) > Date.now();

/**
 * `phase` is `out`, `resuming`, `in` or `unknown` (a `problem` prevented the check). `me` is the
 * account, `notice` explains why the session ended.
 */
export const session = createStore({ phase: mayResume ? "resuming" : "out" });

// ---- The route: `#/name/rest/of/path?query`

function readRoute() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name = "watchlist", ...rest] = path.split("/").filter(Boolean).map(decode);
  return { name, rest, query: new URLSearchParams(query), path };
}

/** Returns text with an invalid percent-encoding unchanged, since people type and truncate URLs. */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const route = createStore(readRoute());

/** Set after navigation, so that the heading of the next page takes the focus. Unset on load. */
export const headingFocus = { isPending: false };

/** Replaces the current history entry and renders the new route synchronously. */
export function replaceRoute(hash) {
  history.replaceState(null, "", hash || "#/");
  route.set(readRoute());
}

addEventListener("hashchange", () => {
  const next = readRoute();
  if (next.path !== route.get().path) headingFocus.isPending = true;
  route.set(next);
});
