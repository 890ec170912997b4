// The administrators' side: its sections, each a view of its own that is loaded when it is first shown. The address is
// `#/admin/<section>/...`; a section gets what follows its name as `rest`.
import { html } from "../vendor/preact.js";
import { lazy, session, useStore } from "../app/app.js";
import { Empty, Page } from "../app/page.js";

const SECTIONS = {
  overview: { label: "Overview", View: lazy(() => import("./admin-overview.js")) },
  users: { label: "Users", View: lazy(() => import("./admin-users.js")) },
  audit: { label: "Audit log", View: lazy(() => import("./admin-audit.js")) },
};

export default function Admin({ rest, query }) {
  const { me } = useStore(session);
  if (me.role !== "admin") return html`<${Page} title="Admin"><${Empty} title="For administrators"><p>Your account may do much, but not this.</p><//><//>`;
  const name = Object.hasOwn(SECTIONS, rest[0]) ? rest[0] : "overview";
  const { View } = SECTIONS[name];
  return html`<nav class="tabs" aria-label="Administration">${Object.entries(SECTIONS).map(([section, { label }]) => html`
    <a key=${section} href="#/admin/${section}" aria-current=${section === name ? "page" : null}>${label}</a>`)}</nav>
  <${View} key=${name} rest=${rest.slice(1)} query=${query} />`;
}
