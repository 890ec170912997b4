// Sign-up, sign-in and sign-out, which other tabs follow.
import { call, clearTokens, get, renew, storeTokens } from "./api.js";
import { headingFocus, replaceRoute, session, storage } from "./state.js";

const signOutTasks = new Set();
// The address where the session ended. The same account returns to it, another one does not.
let returnTo = null;

/**
 * Runs `task` before each sign-out, such as pending removals. Returns a function that unregisters
 * it.
 */
export function beforeSignOut(task) {
  signOutTasks.add(task);
  return () => signOutTasks.delete(task);
}

// The latest sign-up. A retry reuses its idempotency key, and only signs in once it is registered.
let attempt = null;

export async function signUp(email, password) {
  if (attempt?.email !== email || attempt.password !== password) attempt = { email, password, key: crypto.randomUUID() };
  const current = attempt;
  if (!current.isRegistered) {
    await call("POST", "/v1/auth/register", { body: { email, password }, headers: { "idempotency-key": current.key } });
    current.isRegistered = true;
    storage.set("known", "yes");
  }
  await signIn(email, password);
}

export async function signIn(email, password) {
  const { data } = await call("POST", "/v1/auth/login", { body: { email, password, refresh_cookie: true } });
  storeTokens(data);
  attempt = null;
  storage.set("known", "yes");
  headingFocus.isPending = true;
  await loadAccount();
}

/** Resumes the session of the cookie, if it is still valid. */
export async function resume() {
  try {
    if (await renew()) await loadAccount();
  } catch (problem) {
    session.set({ phase: "unknown", problem });
  }
}

async function loadAccount() {
  const me = await get("/v1/auth/me");
  const previous = storage.get("account");
  if (previous !== null && previous !== me.id) replaceRoute("#/");
  else if (returnTo) replaceRoute(returnTo);
  returnTo = null;
  storage.set("account", me.id);
  session.set({ phase: "in", me });
}

/** Signs out, with `{ everywhere: true }` on all devices. */
export async function signOut({ everywhere = false } = {}) {
  await Promise.all([...signOutTasks].map((task) => task()));
  try {
    await call("POST", "/v1/auth/logout", { body: { all: everywhere } });
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
  showSignIn(everywhere ? "You signed out on all devices." : "You signed out.");
}

/** Clears the session of this tab and shows the page for visitors. */
export function showSignIn(notice) {
  clearTokens();
  headingFocus.isPending = true;
  returnTo = null;
  replaceRoute("#/");
  session.set({ phase: "out", notice });
}

addEventListener("session-ended", () => {
  if (session.get().phase === "out") return;
  headingFocus.isPending = true;
  returnTo = location.hash;
  replaceRoute("#/");
  session.set({ phase: "out", notice: "Your session has ended. Please sign in again." });
});
addEventListener("storage", ({ key, newValue }) => {
  // Another tab signed in as another account, which owns the cookie now.
  if (key === "account" && newValue !== session.get().me?.id) location.reload();
  if (key === "session_until" && newValue === null && session.get().phase === "in") showSignIn("You signed out in another tab.");
});
