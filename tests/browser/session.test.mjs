// Sign-up, sign-in, sign-out and the life of a session.

import assert from "node:assert/strict";

import { apiClient, register } from "./accounts.mjs";
import { browserTest, loaded, waitUntil } from "./harness.mjs";
import { API } from "./stack.mjs";

const PASSWORD = "correct horse battery staple";
const WATCHLIST = { level: 1, name: "Watchlist" };

browserTest("a first visitor signs up and gets an empty watchlist", async ({ page }) => {
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await page.getByLabel("E-mail").fill(`visitor-${Date.now()}-${process.pid}@example.com`);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await page.getByText("Your watchlist is empty").waitFor();
});

browserTest("invalid fields of a registration are reported at the fields, by the browser and by the API", async ({ visitor, page }) => {
    const taken = await register();
    visitor.allow(/^4(09|22) POST .*\/register/);
    await page.goto("/");
    await page.getByRole("button", { name: "Create account" }).click();
    const email = page.getByLabel("E-mail");
    await waitUntil("the e-mail is invalid", async () => (await email.getAttribute("aria-invalid")) === "true");
    assert.ok(await email.evaluate((field) => field === document.activeElement), "the first invalid field has the focus");
    await email.fill(taken.email);
    await page.getByLabel("Password", { exact: true }).fill("password1");
    await page.getByRole("button", { name: "Create account" }).click();
    const password = page.getByLabel("Password", { exact: true });
    await waitUntil("the password is rejected as easy to guess", async () => (await password.getAttribute("aria-invalid")) === "true");
    await password.fill(PASSWORD);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("alert").getByText(/^Request ID /).waitFor();
});

browserTest("a wrong password shows the request ID", async ({ visitor, page }) => {
    const account = await register();
    visitor.allow(/^401 POST .*\/login/);
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill("incorrect horse battery staple");
    const responded = page.waitForResponse(/\/v1\/auth\/login/);
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    const id = (await responded).headers()["x-request-id"];
    await page.getByRole("alert").getByText(id).waitFor();
});

browserTest("a reload keeps the session, and scripts cannot read the refresh token", { signedIn: true }, async ({ visitor, page }) => {
    await page.reload();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await page.getByText(visitor.account.email).waitFor();

    const cookies = await visitor.context.cookies(`${API}/v1/auth/refresh`);
    const cookie = cookies.find(({ name }) => name === "refresh_token");
    assert.ok(cookie, "there is a cookie");
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Strict", "/v1/auth"]);
    const readable = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    assert.ok(!readable.includes(cookie.value) && !readable.includes("refresh_token"), readable);
    assert.ok(!readable.includes("eyJ"), `no access token is stored either: ${readable}`);
});

browserTest("without the cookie, the session ends without an error", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^422 POST .*\/refresh/);
    await visitor.context.clearCookies();
    await page.reload();
    await page.getByText("Your session has ended. Please sign in again.").waitFor();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

browserTest("an access token is renewed before it expires", async ({ visitor, page }) => {
    await page.clock.install();
    await visitor.signIn(page, await register());
    const renewed = page.waitForResponse(/\/v1\/auth\/refresh/);
    await page.clock.fastForward("14:30");
    assert.equal((await renewed).status(), 200);
    await page.getByRole("radio", { name: "Shows" }).check();
    await page.getByText("No shows yet").waitFor();
});

browserTest("a rejected token is renewed and the request repeated", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^401 GET .*\/v1\/watchlists/);
    const problem = { type: "about:blank", title: "Unauthorized", status: 401, code: "UNAUTHORIZED", message: "Sign in.", request_id: "x" };
    await page.route(/\/v1\/watchlists\?/, (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(problem) }), { times: 1 });
    const renewed = page.waitForResponse(/\/v1\/auth\/refresh/);
    await page.getByRole("radio", { name: "Shows" }).check();
    assert.equal((await renewed).status(), 200);
    await page.getByText("No shows yet").waitFor();
});

browserTest("two tabs renew one after the other, and signing out in one signs out both", { signedIn: true }, async ({ visitor, page }) => {
    const second = await visitor.newPage();
    const areSignedIn = () => Promise.all([page, second].map(async (tab) => {
        await tab.getByRole("heading", WATCHLIST).waitFor();
        await loaded(tab);
    }));
    await Promise.all([second.goto("/"), page.reload()]);
    await areSignedIn();
    await Promise.all([second.reload(), page.reload()]);
    await areSignedIn();

    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await second.getByRole("heading", { name: "Sign in" }).waitFor();
});

browserTest("signing out ends the session, also after Back and a reload", { signedIn: true }, async ({ visitor, page }) => {
    let token;
    page.on("request", (request) => { token = request.headers().authorization ?? token; });
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const response = await fetch(`${API}/v1/auth/me`, { headers: { authorization: token } });
    assert.equal(response.status, 401, "the access token is revoked");
    assert.deepEqual((await visitor.context.cookies(`${API}/v1/auth/refresh`)).map(({ name }) => name), []);
    await page.goBack();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

browserTest("a session revoked elsewhere ends with a notice, not an error", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^401 (GET|POST) /);
    const elsewhere = await apiClient(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("radio", { name: "Shows" }).check();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByRole("status").getByText("Your session has ended").waitFor();
});

browserTest("the next account does not see the requests, the toasts or the route of the previous one", { signedIn: true }, async ({ visitor, page }) => {
    await page.getByLabel("Title", { exact: true }).fill("Something private");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.locator(".toast", { hasText: "Something private" }).waitFor();
    await page.getByRole("link", { name: "Activity" }).click();
    await page.evaluate(() => { location.hash = "#/activity?action=watchlist.item_added"; });
    await loaded(page);
    visitor.allow(/^401 (GET|POST) /);
    const elsewhere = await apiClient(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.locator(".toast").count(), 0, "no toasts are left");
    assert.equal(new URL(page.url()).hash, "#/", "the route is reset");

    const next = await register();
    const requests = async () => {
        await page.getByRole("button", { name: /^Requests/ }).click();
        const text = await page.getByRole("dialog").innerText();
        await page.keyboard.press("Escape");
        return text;
    };
    const signIn = async ({ email, password }, heading) => {
        await page.getByLabel("E-mail").fill(email);
        await page.getByLabel("Password", { exact: true }).fill(password);
        await page.locator("form").getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { level: 1, name: heading }).waitFor();
    };
    await page.evaluate(() => { location.hash = "#/activity?action=auth.logged_in"; });
    await signIn(next, "Watchlist");
    await loaded(page);
    const listed = await requests();
    assert.ok(listed.includes("/v1/watchlists") && !listed.includes("/v1/auth/audit") && !listed.includes("/items"), listed);
});

browserTest("the same account returns to its route after signing in again", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^401 (GET|POST) /);
    await page.getByRole("link", { name: "Activity" }).click();
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    await loaded(page);
    const elsewhere = await apiClient(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByLabel("E-mail").fill(visitor.account.email);
    await page.getByLabel("Password", { exact: true }).fill(visitor.account.password);
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
    await loaded(page);
});

browserTest("a sign-out in another tab drops pending removals", { signedIn: true }, async ({ visitor, page }) => {
    const api = await apiClient(visitor.account);
    await api("POST", "/v1/watchlists/items", { title: "Still here", type: "movie" });
    await page.reload();
    await page.getByRole("button", { name: "Remove Still here" }).click();
    await page.locator(".toast", { hasText: "Still here" }).waitFor();
    const second = await visitor.newPage();
    await second.goto("/#/account");
    await second.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.locator(".toast").count(), 0);
    const { watchlist } = await api("GET", "/v1/watchlists");
    assert.deepEqual(watchlist.map(({ title }) => title), ["Still here"]);
});

browserTest("a removal with a rejected token is repeated with a new one", { signedIn: true }, async ({ visitor, page }) => {
    const api = await apiClient(visitor.account);
    await api("POST", "/v1/watchlists/items", { title: "Removed soon", type: "movie" });
    await page.reload();
    await page.getByRole("button", { name: "Remove Removed soon" }).click();
    visitor.allow(/^401 DELETE .*\/items\//);
    const problem = { type: "about:blank", title: "Unauthorized", status: 401, code: "UNAUTHORIZED", message: "Sign in.", request_id: "x" };
    await page.route(/\/items\//, (route) => route.fulfill({ status: 401, contentType: "application/problem+json", body: JSON.stringify(problem) }), { times: 1 });
    await page.getByRole("link", { name: "Health" }).click();
    await waitUntil("the title is removed", async () => (await api("GET", "/v1/watchlists")).watchlist.length === 0);
});

const problemResponse = (status) => ({ status, contentType: "application/problem+json", headers: { "retry-after": "0" }, body: JSON.stringify({ status, code: "UNAVAILABLE", message: "Not now.", request_id: "x" }) });

/** Fills and submits the form of the page for visitors. */
async function submit(page, button, { email, password = PASSWORD }) {
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.locator("form").getByRole("button", { name: button }).click();
}

browserTest("a retry after a registration with a failed sign-in only signs in", async ({ visitor, page }) => {
    visitor.allow(/^503 POST .*\/login/);
    await page.route(/\/v1\/auth\/login/, (route) => route.fulfill(problemResponse(503)), { times: 1 });
    await page.goto("/");
    await submit(page, "Create account", { email: `again-${Date.now()}-${process.pid}@example.com` });
    await page.getByRole("alert").getByText("Not now.").waitFor();
    await page.locator("form").getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await loaded(page);
});

browserTest("a retry after a lost registration response creates no second account", async ({ visitor, page }) => {
    visitor.allow(/POST .*\/register/, /^console: Failed to load resource/);
    await page.route(/\/v1\/auth\/register/, async (route) => {
        await route.fetch();
        await route.abort("connectionreset");
    }, { times: 1 });
    await page.goto("/");
    await submit(page, "Create account", { email: `lost-${Date.now()}-${process.pid}@example.com` });
    await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", WATCHLIST).waitFor();
    await loaded(page);
});

browserTest("switching from a rejected registration to the sign-in keeps the e-mail, clears the error and hides the password", async ({ visitor, page }) => {
    const account = await register();
    visitor.allow(/^409 POST .*\/register/);
    await page.goto("/");
    await page.getByLabel("Show password").check();
    await submit(page, "Create account", account);
    await page.getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.equal(await page.getByLabel("E-mail").inputValue(), account.email);
    assert.equal(await page.getByLabel("Password", { exact: true }).getAttribute("type"), "password");
    assert.equal(await page.getByLabel("Show password").isChecked(), false);
});

browserTest("a module that does not load shows an error with a reload button", async ({ visitor, page }) => {
    visitor.allow(/^404 GET .*\/app\/(session|page)\.js/);
    await page.route(/\/app\/(session|page)\.js$/, (route) => route.fulfill({ status: 404 }));
    await page.goto("/");
    await submit(page, "Create account", { email: "nobody@example.com" });
    const alert = page.getByRole("alert");
    await alert.getByText("could not be loaded").waitFor();
    await page.unrouteAll();
    await alert.getByRole("button", { name: "Reload" }).click();
    await alert.waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
});

browserTest("the console works without localStorage", async ({ visitor, page }) => {
    await page.addInitScript(() => {
        Object.defineProperty(window, "localStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
    });
    const account = await register();
    await visitor.signIn(page, account);
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
    await loaded(page);
});

browserTest("a session revoked elsewhere is not reported as a wrong password", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^401 (GET|POST|PUT) /);
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByLabel("Current password").fill(visitor.account.password);
    await page.getByLabel("New password").fill("another correct horse battery");
    await loaded(page);
    const elsewhere = await apiClient(visitor.account);
    await elsewhere("POST", "/v1/auth/logout", { all: true });
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByRole("status").getByText("Your session has ended").waitFor();
});
