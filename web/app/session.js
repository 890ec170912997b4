// Signing up, in and out: what the tokens mean for the page. Another tab's sign-out is this one's too.
import { accept, call, forget, renew } from "./api.js";
import { arrival, kept, moveTo, session } from "./app.js";

const leaving = new Set();
// Where somebody was whose session ended: the place for when the same account comes back, and for nobody else.
let left = null;

/** Has something done before the session ends, such as what was deferred. */
export function beforeSignOut(task) {
  leaving.add(task);
  return () => leaving.delete(task);
}

// The last try to sign up. The same try repeated is one account, and once there is one, what is repeated is the sign-in alone.
let attempt = null;

export async function signUp(email, password) {
  if (attempt?.email !== email || attempt.password !== password) attempt = { email, password, key: crypto.randomUUID() };
  const tried = attempt;
  if (!tried.isRegistered) {
    await call("POST", "/v1/auth/register", { body: { email, password }, headers: { "idempotency-key": tried.key } });
    tried.isRegistered = true;
    kept.set("known", "yes");
  }
  await signIn(email, password);
}

export async function signIn(email, password) {
  const { data } = await call("POST", "/v1/auth/login", { body: { email, password, refresh_cookie: true } });
  accept(data);
  attempt = null;
  kept.set("known", "yes");
  arrival.isPending = true;
  await enter();
}

/** Goes on with the session of the cookie, if there still is one. */
export async function resume() {
  try {
    if (await renew()) await enter();
  } catch (problem) {
    session.set({ phase: "lost", problem });
  }
}

/** Reads again who is signed in. */
export async function enter() {
  const { data } = await call("GET", "/v1/auth/me");
  const last = kept.get("account");
  if (last !== null && last !== data.id) moveTo("#/");
  else if (left) moveTo(left);
  left = null;
  kept.set("account", data.id);
  session.set({ phase: "in", me: data });
}

export async function signOut(everywhere = false) {
  await Promise.all([...leaving].map((task) => task()));
  try {
    await call("POST", "/v1/auth/logout", { body: { all: everywhere } });
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
  leave(everywhere ? "You are signed out everywhere." : "You are signed out.");
}

/** Back to the visitors' page. */
export function leave(notice) {
  forget();
  arrival.isPending = true;
  left = null;
  moveTo("#/");
  session.set({ phase: "out", notice });
}

addEventListener("session-over", () => {
  if (session.get().phase === "out") return;
  arrival.isPending = true;
  left = location.hash;
  moveTo("#/");
  session.set({ phase: "out", notice: "Your session is over. Please sign in again." });
});
addEventListener("storage", ({ key, newValue }) => {
  // The cookie is now somebody else's, so what this tab shows must be too.
  if (key === "account" && newValue !== session.get().me?.id) location.reload();
  if (key === "session_until" && newValue === null && session.get().phase === "in") leave("You signed out in another tab.");
});
