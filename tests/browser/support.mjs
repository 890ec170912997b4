// What the browser tests share: one Chromium, and for each test a context of its own whose pages must not go wrong.
//
// A test fails when any of its pages writes an error to the console, throws, breaks the content security policy, loads something
// in vain, or gets a 4xx or 5xx, unless the test said `visitor.expect(...)` before. Read on in `accounts.mjs` and `axe.mjs`.

import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

import { register } from "./accounts.mjs";
import { API } from "./stack.mjs";

/** No step of a page takes as long on a slow machine; one that does is an error. */
const STEP_MS = 15_000;

let browser;
before(async () => {
    await theStackServes();
    browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    });
});
after(() => browser?.close());

/** These tests sign in far more often than a person does. */
async function theStackServes() {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${API}/v1/auth/login`, { method: "POST", headers, body: "{}" }).catch(() => null);
    if (!answer) throw new Error(`no stack answers at ${API}; start one with make run RATE_LIMIT_FACTOR=1000`);
    if (Number(answer.headers.get("x-ratelimit-limit")) < 1000 && !process.env.SCREENSHOTS) {
        throw new Error("the stack's rate limits are for people; start it with make run RATE_LIMIT_FACTOR=1000");
    }
}

/**
 * A test in the browser: `body({ visitor, page })` with a context that no other test sees. `signedIn` first makes an account
 * and opens the console with it; what else is in `options` is Playwright's, such as `viewport` and `colorScheme`.
 */
export function inBrowser(sentence, options, body) {
    if (typeof options === "function") return inBrowser(sentence, {}, options);
    const { signedIn = false, ...context } = options;
    test(sentence, { timeout: 60_000 }, async () => {
        const visitor = await Visitor.arrive(context);
        try {
            const page = await visitor.newPage();
            if (signedIn) await visitor.signIn(page, await register());
            await body({ visitor, page });
            visitor.nothingWentWrong();
        } catch (error) {
            // What the page itself told is often the cause.
            if (visitor.wrong.length === 0) throw error;
            throw new Error(`${error.message}\n${visitor.wrong.map((line) => `  the page: ${line}`).join("\n")}`, { cause: error });
        } finally {
            await visitor.leave();
        }
    });
}

/** Somebody with a browser of their own: a context, and what went wrong in its pages. */
export class Visitor {
    #context;
    #wrong = [];
    #expected = [];
    account = null;

    static async arrive(options) {
        const visitor = new Visitor();
        visitor.#context = await browser.newContext({ baseURL: API, viewport: { width: 1280, height: 800 }, ...options });
        visitor.#context.setDefaultTimeout(STEP_MS);
        // Before any script of the page: what the policy refuses is told to the test.
        await visitor.#context.exposeBinding("reportRefusal", (_, text) => visitor.#note(text));
        await visitor.#context.addInitScript(() => {
            addEventListener("securitypolicyviolation", (event) => {
                window.reportRefusal(`the policy refused ${event.violatedDirective} ${event.blockedURI} in ${event.sourceFile}`);
            });
        });
        visitor.#context.on("page", (page) => visitor.#watch(page));
        return visitor;
    }

    get context() {
        return this.#context;
    }

    newPage() {
        return this.#context.newPage();
    }

    leave() {
        return this.#context.close();
    }

    /** What would go wrong from here on may: a regular expression over the line that is told, such as `/401 .*login/`. */
    expect(...patterns) {
        this.#expected.push(...patterns);
    }

    /** What went wrong until now, unexpectedly. */
    get wrong() {
        return this.#wrong;
    }

    nothingWentWrong() {
        if (this.#wrong.length > 0) throw new Error("the page went wrong");
    }

    /** Through the form, as a person does. */
    async signIn(page, account) {
        this.account = account;
        await page.goto("/");
        const toSignIn = page.getByRole("button", { name: "Sign in" });
        if (await page.getByRole("heading", { name: "Create your account" }).isVisible()) await toSignIn.click();
        await page.getByLabel("E-mail").fill(account.email);
        await page.getByLabel("Password", { exact: true }).fill(account.password);
        await page.locator("form").getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { level: 1, name: "Watchlist" }).waitFor();
        await loaded(page);
    }

    #note(text) {
        if (!this.#expected.some((pattern) => pattern.test(text))) this.#wrong.push(text);
    }

    #watch(page) {
        page.on("console", (message) => {
            const text = message.text();
            // The browser's own line for an answer of 4xx or 5xx; the answer itself is told below, with its address.
            if (/^Failed to load resource: the server responded/.test(text)) return;
            if (message.type() === "error" || /content security policy/i.test(text)) {
                this.#note(`console: ${text} (${message.location().url})`);
            }
        });
        page.on("pageerror", (error) => this.#note(`error: ${error.stack ?? error}`));
        page.on("requestfailed", (request) => {
            const failure = request.failure()?.errorText;
            // What a page itself gave up, such as the list of a filter that was changed again.
            if (failure !== "net::ERR_ABORTED") this.#note(`${failure} ${request.method()} ${request.url()}`);
        });
        page.on("response", (response) => {
            if (response.status() >= 400) this.#note(`${response.status()} ${response.request().method()} ${response.url()}`);
        });
    }
}

/** Waits until nothing that the page shows is on its way any more; its heading is there before. */
export function loaded(page) {
    return page.getByText("Loading", { exact: true }).first().waitFor({ state: "detached" });
}

/** Asks every 100 ms until it is so, and says what never was. */
export async function until(what, isSo, { within = STEP_MS } = {}) {
    const givenUp = Date.now() + within;
    let last;
    for (;;) {
        try {
            if (await isSo()) return;
            last = undefined;
        } catch (error) {
            last = error;
        }
        if (Date.now() > givenUp) throw new Error(`never: ${what}`, { cause: last });
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** A picture for the folder that SCREENSHOTS names; nothing without it. */
export async function picture(page, name) {
    const folder = process.env.SCREENSHOTS;
    if (!folder) return;
    await mkdir(folder, { recursive: true });
    await page.mouse.move(0, 0);
    // By the means that the page's policy allows: Playwright's own way of holding things still is a style of its own.
    const quiet = (isHidden) => page.evaluate((hidden) => {
        document.getElementById("toasts").hidden = hidden;
        document.activeElement.blur();
    }, isHidden);
    await quiet(true);
    await settled(page);
    await page.screenshot({ path: `${folder}/${name}.png`, animations: "allow", caret: "initial" });
    await quiet(false);
}

/** Waits until nothing moves or fades any more, but for what does so for ever. */
export function settled(page) {
    return page.evaluate(() => {
        const ending = document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity);
        return Promise.all(ending.map((one) => one.finished.catch(() => {})));
    });
}
