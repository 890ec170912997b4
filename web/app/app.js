// The root of the console, which no other module imports: the views, the page for visitors and the
// frame around the pages. This file, state.js, elements.js and Preact are all the scripts that the
// first paint needs, and index.html names each of them. Everything else is imported on demand.
import { html, render, useEffect, useRef, useState } from "../vendor/preact.js";
import { Field, Icon, lazy, LOAD_FAILED, LoadFailure, SubmitButton, useForm } from "./elements.js";
import { createStore, headingFocus, route, session, storage, useStore } from "./state.js";

const VIEWS = {
  watchlist: { label: "Watchlist", load: () => import("../views/watchlist.js") },
  favourites: { label: "Favourites", load: () => import("../views/customers.js") },
  activity: { label: "Activity", load: () => import("../views/activity.js") },
  health: { label: "Health", load: () => import("../views/health.js"), isPublic: true },
  account: { label: "Account", load: () => import("../views/account.js") },
  admin: { label: "Admin", load: () => import("../views/admin.js"), role: "admin" },
  notFound: { label: "Page not found", load: () => import("./page.js").then(({ NotFound }) => ({ default: NotFound })), isUnlisted: true },
};

const Problem = lazy(() => import("./page.js"), "Problem");
const RequestBar = lazy(() => import("./request-bar.js"), "RequestBar");

/** Imports sign-up, sign-in and sign-out. Throws what the forms show as their problem. */
const loadSession = () => import("./session.js").catch(() => { throw { message: LOAD_FAILED, request: true }; });

// ---- Theme

const theme = createStore(storage.get("theme") ?? "system");

function applyTheme() {
  const name = theme.get();
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

applyTheme();
theme.subscribe(applyTheme);

function ThemeToggle() {
  const current = useStore(theme);
  const next = { system: "light", light: "dark", dark: "system" }[current];
  const change = () => {
    storage.set("theme", next);
    theme.set(next);
  };
  return html`<button type="button" class="icon-button" onClick=${change} title="Theme: ${current}"
    aria-label="Theme: ${current}. Switch to ${next}"><${Icon} name=${current} /></button>`;
}

// ---- The page for visitors

const WRONG_CREDENTIALS = "Wrong e-mail or password. Repeated failures pause sign-in.";

function Welcome() {
  const [isNew, setIsNew] = useState(storage.get("known") === null);
  const [passwordType, setPasswordType] = useState("password");
  const { notice } = useStore(session);
  const heading = useRef(null);
  const title = isNew ? "Create your account" : "Sign in";
  const form = useForm(async (values) => {
    const { signIn, signUp } = await loadSession();
    await (isNew ? signUp : signIn)(values.email, values.password);
  });
  useEffect(() => {
    document.title = `${title} · Watchlist`;
    if (headingFocus.isPending) heading.current.focus();
    headingFocus.isPending = false;
  }, [title]);
  // Loads what the form needs on submit, after the first paint.
  useEffect(() => {
    requestAnimationFrame(() => setTimeout(() => Promise.allSettled([import("./session.js"), import("./page.js")]), 200));
  }, []);
  const toggle = () => {
    setIsNew(!isNew);
    setPasswordType("password");
    form.clear();
    heading.current.focus();
  };
  return html`<div class="welcome">
    <section class="pitch">
      <p class="brand"><${Logo} /> Watchlist</p>
      <p class="lead">Everything you want to watch, in one place.</p>
      <div class="tickets" aria-hidden="true">
        <p class="ticket"><b>Movie</b><span>The Third Man</span></p>
        <p class="ticket"><b>Show</b><span>Twin Peaks</span></p>
        <p class="ticket"><b>Movie</b><span>In the Mood for Love</span></p>
      </div>
      <p class="fine"><a href="/docs">API</a> <a href="#/health">Health</a></p>
    </section>
    <section class="card entry">
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      ${notice && html`<p class="notice" role="status">${notice}</p>`}
      <form ...${form.attributes}>
        <${Field} label="E-mail" name="email" type="email" autocomplete="username" inputmode="email" required maxlength="254" error=${form.errors.email} />
        <${Field} label="Password" name="password" type=${passwordType} required minlength=${isNew ? 8 : null} error=${form.errors.password}
          autocomplete=${isNew ? "new-password" : "current-password"} hint=${isNew && "At least 8 characters. A few unrelated words are easy to remember and hard to guess."} />
        <label class="check"><input type="checkbox" checked=${passwordType === "text"} onChange=${(event) => setPasswordType(event.target.checked ? "text" : "password")} /> Show password</label>
        ${form.problem && html`<${Problem} problem=${form.problem} retry=${form.retry} unauthorized=${WRONG_CREDENTIALS} />`}
        <${SubmitButton} busy=${form.busy}>${isNew ? "Create account" : "Sign in"}<//>
      </form>
      <p class="swap">${isNew ? "Already have an account?" : "New here?"} <button type="button" class="link" disabled=${form.busy} onClick=${toggle}>${isNew ? "Sign in" : "Create an account"}</button></p>
    </section>
  </div>`;
}

// ---- The frame

function Logo() {
  return html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><path class="logo-paper" d="M4 6h24a2 2 0 0 1 2 2v5a3 3 0 0 0 0 6v5a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2v-5a3 3 0 0 0 0-6V8a2 2 0 0 1 2-2z" /><path class="logo-sign" d="M13 11l8 5-8 5z" /></svg>`;
}

function Navigation({ current, me, phase }) {
  const listed = phase === "out" ? [["watchlist", { label: "Sign in", icon: "account" }]]
    : Object.entries(VIEWS).filter(([, { isUnlisted, role }]) => !isUnlisted && (!role || role === me?.role));
  return html`<nav class="nav" aria-label="Pages"><ul>
    ${listed.map(([name, { label, icon = name }]) => html`<li key=${name}><a href="#/${name}" aria-current=${name === current ? "page" : null}><${Icon} name=${icon} /><span>${label}</span></a></li>`)}
  </ul></nav>`;
}

function SignOutButton() {
  const [hasFailed, setHasFailed] = useState(false);
  const onClick = async () => {
    try {
      const [{ signOut }, { toast }] = await Promise.all([import("./session.js"), import("./toast.js")]);
      signOut().catch((problem) => toast(`Couldn't sign out. ${problem.message}`, { problem }));
    } catch {
      setHasFailed(true);
    }
  };
  if (hasFailed) return html`<${LoadFailure} />`;
  return html`<button type="button" class="icon-button" title="Sign out" aria-label="Sign out" onClick=${onClick}><${Icon} name="signOut" /></button>`;
}

/**
 * The view of the route. Shows its heading and a placeholder while the module loads, and the
 * heading with an error when the module does not load or the view throws.
 */
function Outlet({ name, rest, query }) {
  const [loaded, setLoaded] = useState({});
  const [brokenAt, setBrokenAt] = useState(null);
  const { label, load } = VIEWS[name];
  // Preact's error boundary. It stores the address, so that any other page is shown again.
  this.componentDidCatch = (error) => {
    console.error(error);
    setBrokenAt(location.hash);
  };
  useEffect(() => {
    let isCurrent = true;
    const failed = () => ({ default: () => html`<${FailedView} label=${label} text="This page could not be loaded." />` });
    load().catch(failed).then((module) => isCurrent && setLoaded({ name, View: module.default }));
    return () => { isCurrent = false; };
  }, [name]);
  if (brokenAt === location.hash) return html`<${FailedView} label=${label} text="This page could not be displayed." />`;
  if (loaded.name === name) return html`<${loaded.View} rest=${rest} query=${query} />`;
  return html`<${LoadingView} label=${label} />`;
}

function FailedView({ label, text }) {
  return html`<h1 tabindex="-1">${label}</h1><${LoadFailure} text=${text} />`;
}

function LoadingView({ label, problem }) {
  const retry = () => session.set({ phase: "resuming" });
  return html`<header class="page-head"><h1 tabindex="-1">${label}</h1></header>
    ${problem ? html`<${Problem} problem=${problem} retry=${retry} title="Couldn't verify your session." />` : html`<div class="skeleton block" role="status"><span class="hidden">Loading</span></div>`}`;
}

function App() {
  const { phase, me, problem } = useStore(session);
  const { name: requested, rest, query } = useStore(route);
  const name = Object.hasOwn(VIEWS, requested) ? requested : "notFound";
  const main = useRef(null);
  const isAllowed = VIEWS[name].isPublic || phase === "in";
  const skipToContent = (event) => {
    event.preventDefault();
    main.current.focus();
  };
  useEffect(() => {
    if (phase !== "resuming") return;
    loadSession().then(({ resume }) => resume()).catch((problem) => session.set({ phase: "unknown", problem }));
    VIEWS[name].load().catch(() => {});
  }, [phase]);
  if (phase === "out" && !isAllowed) return html`<main id="main"><${Welcome} /></main>`;
  return html`<a class="skip" href="#main" onClick=${skipToContent}>Skip to content</a>
    <div class="frame">
      <header class="side">
        <a class="brand" href="#/watchlist"><${Logo} /> Watchlist</a>
        <${Navigation} current=${name} me=${me} phase=${phase} />
        <div class="side-foot">
          ${me && html`<p class="who" title=${me.email}>${me.email}</p>`}
          <p class="side-tools"><a href="/docs">API</a><${ThemeToggle} />${me && html`<${SignOutButton} />`}</p>
        </div>
      </header>
      <main id="main" ref=${main} tabindex="-1">${isAllowed ? html`<${Outlet} name=${name} rest=${rest} query=${query} />`
        : html`<${LoadingView} label=${VIEWS[name].label} problem=${problem} />`}</main>
      <${RequestBar} />
    </div>`;
}

render(html`<${App} /><div id="toasts" class="toasts" role="region" aria-label="Notifications" aria-live="polite"></div>`, document.body);
