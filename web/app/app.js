// The first paint: the frame, the navigation and the page for visitors. They are one file, and import Preact alone, so that
// index.html, the stylesheet and two scripts are all that the first paint waits for. Everything else is imported after it.
import { html, render, useEffect, useRef, useState } from "../vendor/preact.js";

// ---- What outlives the page: in this window's memory only where the browser stores nothing

const memory = {};

function stored(use, otherwise) {
  try {
    return use(localStorage);
  } catch {
    return otherwise();
  }
}

export const kept = {
  get: (name) => stored((all) => all.getItem(name), () => memory[name] ?? null),
  set: (name, value) => stored((all) => all.setItem(name, value), () => { memory[name] = value; }),
  remove: (name) => stored((all) => all.removeItem(name), () => { delete memory[name]; }),
};

// ---- State that several places show

/** A value that can be watched. */
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

/** What a store holds, and a new rendering when that changes. */
export function useStore(source) {
  const [, renderAgain] = useState(0);
  useEffect(() => source.subscribe(() => renderAgain((n) => n + 1)), [source]);
  return source.get();
}

/**
 * `phase` is `out`, `resuming`, `lost` (a `problem` keeps it from being known) or `in`; `me` is the account, `notice` says why nobody
 * is signed in any more.
 */
const mayResume = Number(kept.get("session_until")) > Date.now();
export const session = createStore({ phase: mayResume ? "resuming" : "out" });

// ---- Where we are: `#/view/rest/of/path?query`

const VIEWS = {
  watchlist: { label: "Watchlist", load: () => import("../views/watchlist.js") },
  favourites: { label: "Favourites", load: () => import("../views/favourites.js") },
  activity: { label: "Activity", load: () => import("../views/audit-events.js") },
  health: { label: "Health", load: () => import("../views/health.js"), isPublic: true },
  account: { label: "Account", load: () => import("../views/account.js") },
  admin: { label: "Admin", load: () => import("../views/admin.js"), forRole: "admin" },
  nowhere: { label: "No such page", load: () => import("./page.js").then(({ Nowhere }) => ({ default: Nowhere })), isUnlisted: true },
};

function readRoute() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [name = "watchlist", ...rest] = path.split("/").filter(Boolean).map(decoded);
  return { name: Object.hasOwn(VIEWS, name) ? name : "nowhere", rest, query: new URLSearchParams(query), path };
}

/** Addresses are typed and cut short: an escape that is none stands for itself. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const route = createStore(readRoute());

/** Whether the next page's heading takes the focus: it does when somebody went there, not when the window was opened. */
export const arrival = { isPending: false };

/** Puts another address in the place of this one, at once: nothing of this one is shown any more. */
export function moveTo(hash) {
  history.replaceState(null, "", hash || "#/");
  route.set(readRoute());
}

addEventListener("hashchange", () => {
  const next = readRoute();
  if (next.path !== route.get().path) arrival.isPending = true;
  route.set(next);
});

// ---- Theme: the system's unless somebody chose

const theme = createStore(kept.get("theme") ?? "system");
function applyTheme() {
  const chosen = theme.get();
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
applyTheme();
theme.subscribe(applyTheme);

function ThemeToggle() {
  const now = useStore(theme);
  const next = { system: "light", light: "dark", dark: "system" }[now];
  const change = () => {
    kept.set("theme", next);
    theme.set(next);
  };
  return html`<button type="button" class="icon-button" onClick=${change} title="Theme: ${now}"
    aria-label="Theme: ${now}. Change to ${next}"><${Icon} name=${now} /></button>`;
}

// ---- Icons, 24 by 24, drawn with the text's colour

const ICONS = {
  watchlist: "M4 6h16v4a2 2 0 0 0 0 4v4H4v-4a2 2 0 0 0 0-4zM14 6v12",
  favourites: "M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.400a4.2 4.2 0 0 1 7.5 2.600c0 5.4-7.5 10-7.5 10z",
  activity: "M5 5v14M5 7h4M5 12h10M5 17h7",
  health: "M3 12h4l2.5-6 4 12 2.5-6H21",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
  admin: "M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6z",
  system: "M4 5h16v11H4zM9 20h6M12 16v4",
  light: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.400M17.6 17.600L19 19M5 19l1.4-1.400M17.6 6.400L19 5",
  dark: "M20 14a8 8 0 0 1-10-10 8 8 0 1 0 10 10z",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  remove: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  close: "M6 6l12 12M18 6L6 18",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  refresh: "M20 11a8 8 0 0 0-14-4.500L4 9M4 4v5h5M4 13a8 8 0 0 0 14 4.500L20 15M20 20v-5h-5",
  warning: "M12 4l9 16H3zM12 10v4M12 17v.5",
  leave: "M10 4H5v16h5M9 12h11M16 8l4 4-4 4",
  add: "M12 5v14M5 12h14",
  chart: "M4 19h16M5 15l4-5 4 3 6-8",
  check: "M5 12.500l4.5 4.500L19 7.5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${ICONS[name]} /></svg>`;
}

const UNLOADED = "This could not be loaded. Is there a connection, or a newer version?";

/** What stands in the place of something that is not there; of a problem, what it says. */
function Unloaded({ text = UNLOADED, problem }) {
  return html`<p class="notice" role="alert">${problem?.message ?? text} <button type="button" class="link" onClick=${() => location.reload()}>Reload</button></p>`;
}

/** A component of a module that is loaded when it is shown for the first time. */
export function lazy(load, name = "default") {
  return function Lazy(props) {
    const [Component, show] = useState(null);
    useEffect(() => {
      load().then((module) => module[name], () => Unloaded).then((found) => show(() => found));
    }, []);
    return Component && html`<${Component} ...${props} />`;
  };
}

/** Signing up, in and out; when it is not there, that is told as the problem. */
const loadSession = () => import("./session.js").catch(() => { throw { message: UNLOADED, request: true }; });

const Problem = lazy(() => import("./problem.js"), "Problem");
const Wire = lazy(() => import("./exchanges.js"), "Wire");

// ---- Forms

const CLEAR = { busy: false, errors: {}, problem: null };

/**
 * A form that sends its fields with `send(values)`. What the browser finds wrong with them is said before anything is sent,
 * what the API finds wrong after it, both at the field; `problem` is what concerns the form as a whole, and `retry` sends it again
 * when that may help.
 */
export function useForm(send) {
  const form = useRef(null);
  const [state, set] = useState(CLEAR);
  useEffect(() => {
    form.current?.querySelector("[aria-invalid=true]")?.focus();
  }, [state.errors]);
  const onSubmit = async (event) => {
    event.preventDefault();
    if (state.busy) return;
    const invalid = [...form.current.elements].filter((field) => field.name && !field.validity.valid);
    if (invalid.length > 0) {
      const errors = Object.fromEntries(invalid.map((field) => [field.name, field.validationMessage]));
      return set({ ...CLEAR, errors });
    }
    set({ ...CLEAR, busy: true });
    try {
      await send(Object.fromEntries(new FormData(form.current)), form.current);
      set(CLEAR);
    } catch (problem) {
      const named = (problem.errors ?? []).filter(({ field }) => form.current?.elements.namedItem(field));
      const errors = Object.fromEntries(named.map(({ field, message }) => [field, message]));
      if (named.length > 0) problem.errors = problem.errors.filter((error) => !named.includes(error));
      set({ busy: false, errors, problem: named.length > 0 && problem.errors.length === 0 ? null : problem });
    }
  };
  const isWorthRepeating = state.problem && (state.problem.code === "NETWORK" || state.problem.retryAfter > 0);
  const retry = isWorthRepeating ? () => form.current.requestSubmit() : undefined;
  return { ...state, retry, clear: () => set(CLEAR), attributes: { ref: form, onSubmit, noValidate: true } };
}

/** A labelled input with a hint and the error that concerns it. Other properties go to the input. */
export function Field({ label, hint, error, name, id = `field-${name}`, as = "input", children, ...rest }) {
  const said = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <${as} id=${id} name=${name} aria-invalid=${error ? "true" : null} aria-describedby=${said || null} ...${rest}>${children}<//>
    ${error && html`<p class="field-error" id="${id}-error">${error}</p>`}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
  </div>`;
}

/** The button that sends a form. */
export function Submit({ busy, children, ...rest }) {
  return html`<button class="button primary" aria-disabled=${busy ? "true" : null} data-busy=${busy} ...${rest}>${children}</button>`;
}

// ---- The page for visitors

const REFUSED = "The e-mail or the password is not right. After several tries, an account waits before it looks at the next one.";

function Welcome() {
  const [isNew, setIsNew] = useState(kept.get("known") === null);
  const [password, reveal] = useState("password");
  const { notice } = useStore(session);
  const heading = useRef(null);
  const title = isNew ? "Create your account" : "Sign in";
  const form = useForm(async (values) => {
    const { signIn, signUp } = await loadSession();
    await (isNew ? signUp : signIn)(values.email, values.password);
  });
  useEffect(() => {
    document.title = `${title} · Watchlist`;
    if (arrival.isPending) heading.current.focus();
    arrival.isPending = false;
  }, [title]);
  // What the form needs when it is sent is there by then, though not before the first paint.
  useEffect(() => {
    requestAnimationFrame(() => setTimeout(() => Promise.allSettled([import("./session.js"), import("./problem.js")]), 200));
  }, []);
  const change = () => {
    setIsNew(!isNew);
    reveal("password");
    form.clear();
    heading.current.focus();
  };
  return html`<div class="welcome">
    <section class="pitch">
      <p class="brand large"><${Mark} /> Watchlist</p>
      <p class="lead">Everything you mean to see, in one place that remembers.</p>
      <div class="tickets" aria-hidden="true">
        <p class="ticket"><b>Movie</b><span>The Third Man</span></p>
        <p class="ticket"><b>Show</b><span>Twin Peaks</span></p>
        <p class="ticket"><b>Movie</b><span>In the Mood for Love</span></p>
      </div>
      <p class="fine"><a href="/docs">The API</a> <a href="#/health">Health</a></p>
    </section>
    <section class="card entry">
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      ${notice && html`<p class="notice" role="status">${notice}</p>`}
      <form ...${form.attributes}>
        <${Field} label="E-mail" name="email" type="email" autocomplete="username" inputmode="email" required maxlength="254" error=${form.errors.email} />
        <${Field} label="Password" name="password" type=${password} required minlength=${isNew ? 8 : null} error=${form.errors.password}
          autocomplete=${isNew ? "new-password" : "current-password"} hint=${isNew && "At least 8 characters. A few unrelated words are easy to keep and hard to guess."} />
        <label class="check"><input type="checkbox" checked=${password === "text"} onChange=${(event) => reveal(event.target.checked ? "text" : "password")} /> Show the password</label>
        ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} credentials=${REFUSED} />`}
        <${Submit} busy=${form.busy}>${isNew ? "Create account" : "Sign in"}<//>
      </form>
      <p class="swap">${isNew ? "Already have an account?" : "New here?"} <button type="button" class="link" disabled=${form.busy} onClick=${change}>${isNew ? "Sign in" : "Create an account"}</button></p>
    </section>
  </div>`;
}

// ---- The frame

function Mark() {
  return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path class="mark-paper" d="M4 6h24a2 2 0 0 1 2 2v5a3 3 0 0 0 0 6v5a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2v-5a3 3 0 0 0 0-6V8a2 2 0 0 1 2-2z" /><path class="mark-sign" d="M13 11l8 5-8 5z" /></svg>`;
}

function Navigation({ current, me }) {
  const shown = Object.entries(VIEWS).filter(([, view]) => !view.isUnlisted && (!view.forRole || view.forRole === me?.role));
  return html`<nav class="nav" aria-label="Pages"><ul>
    ${shown.map(([name, { label }]) => html`<li key=${name}><a href="#/${name}" aria-current=${name === current ? "page" : null}><${Icon} name=${name} /><span>${label}</span></a></li>`)}
  </ul></nav>`;
}

function SignOut() {
  const [isLost, lose] = useState(false);
  const signOut = async () => {
    try {
      const [{ signOut }, { toast }] = await Promise.all([import("./session.js"), import("./toast.js")]);
      signOut().catch((problem) => toast(`Signing out failed. ${problem.message}`, { problem }));
    } catch {
      lose(true);
    }
  };
  return isLost ? html`<${Unloaded} />` : html`<button type="button" class="icon-button" title="Sign out" aria-label="Sign out" onClick=${signOut}><${Icon} name="leave" /></button>`;
}

/** The view of the route. Until it is there, its heading is, and something of its shape; the same when it breaks. */
function Outlet({ name, rest, query }) {
  const [loaded, show] = useState({});
  const [broken, setBroken] = useState(null);
  const { label, load } = VIEWS[name];
  // Preact's boundary for whatever is below: somebody who goes elsewhere leaves the broken page behind.
  this.componentDidCatch = (error) => {
    console.error(error);
    setBroken(location.hash);
  };
  useEffect(() => {
    let isCurrent = true;
    const failed = () => ({ default: () => html`<${Broken} label=${label} text="This page could not be loaded." />` });
    load().catch(failed).then((module) => isCurrent && show({ name, View: module.default }));
    return () => { isCurrent = false; };
  }, [name]);
  if (broken === location.hash) return html`<${Broken} label=${label} text="This page cannot be shown." />`;
  if (loaded.name === name) return html`<${loaded.View} rest=${rest} query=${query} />`;
  return html`<${Waiting} label=${label} />`;
}

function Broken({ label, text }) {
  return html`<h1 tabindex="-1">${label}</h1><${Unloaded} text=${text} />`;
}

function Waiting({ label, problem }) {
  const again = () => session.set({ phase: "resuming" });
  return html`<header class="page-head"><h1 tabindex="-1">${label}</h1></header>
    ${problem ? html`<${Problem} problem=${problem} retry=${again} title="Whether you are still signed in is not known." />` : html`<div class="skeleton block" role="status"><span class="hidden">Loading</span></div>`}`;
}

function App() {
  const { phase, me, problem } = useStore(session);
  const { name, rest, query } = useStore(route);
  const main = useRef(null);
  const isShown = VIEWS[name].isPublic || phase === "in";
  const skip = (event) => {
    event.preventDefault();
    main.current.focus();
  };
  useEffect(() => {
    if (phase !== "resuming") return;
    loadSession().then(({ resume }) => resume()).catch((problem) => session.set({ phase: "lost", problem }));
    VIEWS[name].load().catch(() => {});
  }, [phase]);
  if (phase === "out" && !isShown) return html`<main id="main"><${Welcome} /></main>`;
  return html`<a class="skip" href="#main" onClick=${skip}>Skip to the content</a>
    <div class="frame">
      <header class="side">
        <a class="brand" href="#/watchlist"><${Mark} /> Watchlist</a>
        ${phase === "out" ? html`<nav class="nav" aria-label="Pages"><ul><li><a href="#/watchlist"><${Icon} name="account" /><span>Sign in</span></a></li></ul></nav>` : html`<${Navigation} current=${name} me=${me} />`}
        <div class="side-foot">
          ${me && html`<p class="who" title=${me.email}>${me.email}</p>`}
          <p class="side-tools"><a href="/docs">API</a><${ThemeToggle} />${me && html`<${SignOut} />`}</p>
        </div>
      </header>
      <main id="main" ref=${main} tabindex="-1">${isShown ? html`<${Outlet} name=${name} rest=${rest} query=${query} />`
        : html`<${Waiting} label=${VIEWS[name].label} problem=${problem} />`}</main>
      <${Wire} />
    </div>`;
}

render(html`<${App} /><div id="toasts" class="toasts" role="region" aria-label="Notifications" aria-live="polite"></div>`, document.body);
