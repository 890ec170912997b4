// An account with something on every page, for the tests that look at all of them.

import { signedIn } from "./accounts.mjs";
import { loaded } from "./support.mjs";

const SEEN = [
    ["In the Mood for Love", "movie"], ["The Third Man", "movie"], ["Twin Peaks", "show"], ["Stalker", "movie"],
    ["The Wire", "show"], ["Paris, Texas", "movie"], ["Severance", "show"], ["Seven Samurai", "movie"],
];

/** Fills an account's watchlist, customers and favourites, and answers where the customer is in the API and in the console. */
export async function furnish(account) {
    const api = await signedIn(account);
    for (const [title, type] of SEEN) await api("POST", "/v1/watchlists/items", { title, type });
    // Nobody else has these addresses.
    const unique = account.id.slice(-8);
    const customer = await api("POST", "/v1/customers", { name: "Grace Hopper", email: `grace.${unique}@example.com` });
    await api("POST", "/v1/customers", { name: "Katherine Johnson", email: `katherine.${unique}@example.com` });
    const favorites = `/v1/customers/${customer.id}/favorites`;
    await api("POST", favorites, { product_ids: ["3", "14", "15", "92"] });
    return { api, favorites, customer: `#/favourites/${customer.id}` };
}

/** Every page of somebody who is signed in, with the heading that shows that it is there. */
export const pagesOf = ({ customer }) => [
    { name: "watchlist", path: "#/watchlist", heading: "Watchlist" },
    { name: "customers", path: "#/favourites", heading: "Favourites" },
    { name: "favourites", path: customer, heading: "Grace Hopper" },
    { name: "products", path: "#/favourites/catalogue", heading: "Products" },
    { name: "activity", path: "#/activity", heading: "Activity" },
    { name: "health", path: "#/health", heading: "Health" },
    { name: "account", path: "#/account", heading: "Account" },
];

export const ADMIN_PAGES = [
    { name: "admin-overview", path: "#/admin", heading: /Overview|Admin/ },
    { name: "admin-users", path: "#/admin/users", heading: /Users|Admin/ },
    { name: "admin-audit", path: "#/admin/audit", heading: /Audit|Admin/ },
];

/** Goes there and waits until nothing is on its way any more. */
export async function visit(page, { path, heading }) {
    await page.goto(`/${path}`);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await loaded(page);
}
