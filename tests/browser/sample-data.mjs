// Sample data for every page of the console, and the list of the pages.

import { apiClient } from "./accounts.mjs";
import { loaded } from "./harness.mjs";

const TITLES = [
    ["In the Mood for Love", "movie"], ["The Third Man", "movie"], ["Twin Peaks", "show"], ["Stalker", "movie"],
    ["The Wire", "show"], ["Paris, Texas", "movie"], ["Severance", "show"], ["Seven Samurai", "movie"],
];

/**
 * Fills an account's watchlist, customers and favourites. Returns the API client, the API path of
 * the favourites and the console route of the customer.
 */
export async function addSampleData(account) {
    const api = await apiClient(account);
    for (const [title, type] of TITLES) await api("POST", "/v1/watchlists/items", { title, type });
    // Customer e-mails are unique across all accounts.
    const unique = account.id.slice(-8);
    const customer = await api("POST", "/v1/customers", { name: "Grace Hopper", email: `grace.${unique}@example.com` });
    await api("POST", "/v1/customers", { name: "Katherine Johnson", email: `katherine.${unique}@example.com` });
    const favorites = `/v1/customers/${customer.id}/favorites`;
    await api("POST", favorites, { product_ids: ["3", "14", "15", "92"] });
    return { api, favorites, customer: `#/favourites/${customer.id}` };
}

/** The pages of a signed-in account, with their headings. */
export const userPages = ({ customer }) => [
    { name: "watchlist", route: "#/watchlist", heading: "Watchlist" },
    { name: "customers", route: "#/favourites", heading: "Favourites" },
    { name: "favourites", route: customer, heading: "Grace Hopper" },
    { name: "products", route: "#/favourites/catalogue", heading: "Products" },
    { name: "activity", route: "#/activity", heading: "Activity" },
    { name: "health", route: "#/health", heading: "Health" },
    { name: "account", route: "#/account", heading: "Account" },
];

export const ADMIN_PAGES = [
    { name: "admin-overview", route: "#/admin", heading: /Overview|Admin/ },
    { name: "admin-users", route: "#/admin/users", heading: /Users|Admin/ },
    { name: "admin-audit", route: "#/admin/audit", heading: /Audit|Admin/ },
];

/** Opens a page and waits until it is loaded. */
export async function openPage(page, { route, heading }) {
    await page.goto(`/${route}`);
    await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    await loaded(page);
}
