// The administration section. Each of its pages loads when it is first shown and receives the part
// of the address after `#/admin/<page>` as `rest`.
import { html } from "../vendor/preact.js";
import { lazy } from "../app/elements.js";
import { EmptyState, Page } from "../app/page.js";
import { session, useStore } from "../app/state.js";

const PAGES = {
  overview: { label: "Overview", View: lazy(() => import("./admin-overview.js")) },
  users: { label: "Users", View: lazy(() => import("./admin-users.js")) },
  audit: { label: "Audit log", View: lazy(() => import("./admin-audit.js")) },
};

export default function Admin({ rest, query }) {
  const { me } = useStore(session);
  if (me.role !== "admin") return html`<${Page} title="Admin"><${EmptyState} title="Administrators only" /><//>`;
  const name = Object.hasOwn(PAGES, rest[0]) ? rest[0] : "overview";
  const { View } = PAGES[name];
  return html`<nav class="tabs" aria-label="Administration">${Object.entries(PAGES).map(([page, { label }]) => html`
    <a key=${page} href="#/admin/${page}" aria-current=${page === name ? "page" : null}>${label}</a>`)}</nav>
  <${View} key=${name} rest=${rest.slice(1)} query=${query} />`;
}
