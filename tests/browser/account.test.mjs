// The account page, the activity page and the public health page.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { apiClient } from "./accounts.mjs";
import { browserTest, waitUntil } from "./harness.mjs";

browserTest("another session is listed and revoked, and the current one stays", { signedIn: true }, async ({ visitor, page }) => {
    const other = await apiClient(visitor.account);
    await page.getByRole("link", { name: "Account" }).click();
    const sessions = page.getByRole("region", { name: "Sessions" });
    await sessions.getByText("this session", { exact: true }).waitFor();
    await sessions.getByRole("button", { name: /^Revoke/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await waitUntil("one session is left", async () => (await sessions.getByRole("button", { name: /^Revoke/ }).count()) === 0);
    await assert.rejects(other("GET", "/v1/auth/me"), /401/);
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
});

browserTest("a password is changed; a wrong current password is reported at its field and ends no session", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^401 PUT .*\/password/);
    const old = visitor.account.password;
    await page.getByRole("link", { name: "Account" }).click();
    const form = page.getByRole("region", { name: "Password" });
    const current = form.getByLabel("Current password");
    await current.fill("something else entirely");
    await form.getByLabel("New password").fill("purple monkeys juggle seventeen lamps");
    await form.getByRole("button", { name: "Change password" }).click();
    await waitUntil("the field is invalid", async () => (await current.getAttribute("aria-invalid")) === "true");
    await current.fill(old);
    await form.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Password changed").waitFor();
    await apiClient({ ...visitor.account, password: "purple monkeys juggle seventeen lamps" });
});

browserTest("an account is deleted with its password", { signedIn: true }, async ({ visitor, page }) => {
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("button", { name: "Delete account…" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete account?" });
    await dialog.getByLabel("Your password").fill(visitor.account.password);
    await dialog.getByRole("button", { name: "Delete permanently" }).click();
    await page.getByText("Your account was deleted").waitFor();
    await assert.rejects(apiClient(visitor.account), /401/);
});

browserTest("the activity page lists events, filters them and exports them as CSV", { signedIn: true }, async ({ visitor, page }) => {
    const api = await apiClient(visitor.account);
    await api("POST", "/v1/watchlists/items", { title: "Metropolis", type: "movie" });
    await waitUntil("the event is stored", async () => (await api("GET", "/v1/auth/audit?action=watchlist.item_added")).events.length === 1, { timeout: 30_000 });
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("cell", { name: /Title added/ }).waitFor();
    await page.getByRole("cell", { name: /Signed up/ }).waitFor();
    await page.getByLabel("Action").selectOption({ label: "Signed up" });
    await waitUntil("one event is left", async () => (await page.getByRole("row").count()) === 2);
    const downloaded = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const text = await readFile(await (await downloaded).path(), "utf8");
    assert.match(text.split("\n")[0], /action/);
    assert.match(text, /auth\.registered/);
});

browserTest("the health page is public and shows all dependencies", async ({ page }) => {
    await page.goto("/#/health");
    for (const name of ["Database", "Redis", "Queue"]) await page.getByRole("heading", { name }).waitFor();
    await waitUntil("all three are operational", async () => (await page.getByText("Operational", { exact: true }).count()) === 3);
});

browserTest("the health page shows an unavailable dependency", async ({ page }) => {
    const dependencies = { database: { status: "ok", latency_ms: 2 }, redis: { status: "down", latency_ms: null }, queue: { status: "ok", latency_ms: 3 } };
    await page.route(/\/v1\/health\/detailed/, (route) => route.fulfill({ json: { status: "degraded", dependencies } }));
    await page.goto("/#/health");
    await page.getByText("Unavailable", { exact: true }).waitFor();
});
