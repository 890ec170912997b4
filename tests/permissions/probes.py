"""For each function, what it takes to use every permission that it has. A probe gives what came of it, which is the same each time
while nothing is missing: statuses, and facts about the table where an answer would not show them."""

import base64
import json
import uuid

from stack import wait_until
from world import PASSWORD, World, records


def probe_all(world: World) -> dict:
    """What came of each probe, by the function's name in the template."""
    return {name: probe(world) for name, probe in PROBES.items()}


def auth_register(w: World):
    new = {"email": f"new-{w.run}@example.com", "password": PASSWORD}
    return [w.stack.send("POST", "/v1/auth/register", body=body).status for body in (new, new)]


def auth_login(w: World):
    answers = [w.stack.send("POST", "/v1/auth/login", body={"email": w.user.email, "password": password}) for password in (PASSWORD, "wrong")]
    return [answer.status for answer in answers]


def auth_me(w: World):
    return w.stack.send("GET", "/v1/auth/me", w.user.token).status


def auth_refresh(w: World):
    token = {"refresh_token": w.refresher.sessions[0]["refresh_token"]}
    # The second time it is a stolen one, which ends the session.
    return [w.stack.send("POST", "/v1/auth/refresh", body=token).status for _ in range(2)], sessions(w, w.refresher)


def auth_logout(w: World):
    one, all_others = w.quitter.sessions[0]["access_token"], w.quitter.sessions[1]["access_token"]
    answers = [w.stack.send("POST", "/v1/auth/logout", one), w.stack.send("POST", "/v1/auth/logout", all_others, {"all": True})]
    return [answer.status for answer in answers], sessions(w, w.quitter)


def auth_sessions(w: World):
    return w.stack.send("GET", "/v1/auth/sessions", w.user.token).status


def auth_session_revoke(w: World):
    other = next(item["sk"]["S"].split("#")[1] for item in w.stack.items(f"USER#{w.revoker.id}") if item["sk"]["S"].startswith("SESSION#"))
    token = next(one["access_token"] for one in w.revoker.sessions if other not in claims(one["access_token"]))
    return w.stack.send("DELETE", f"/v1/auth/sessions/{other}", token).status, sessions(w, w.revoker)


def auth_password(w: World):
    change = lambda current: {"current_password": current, "new_password": "analytical engine 1843"}  # noqa: E731
    answers = [w.stack.send("PUT", "/v1/auth/password", w.keyholder.token, change(current)) for current in ("wrong", PASSWORD)]
    return [answer.status for answer in answers], sessions(w, w.keyholder)


def auth_delete_account(w: World):
    accounts = [w.leaver, w.deputies["leaving"]]
    answers = [w.stack.send("DELETE", "/v1/auth/me", account.token, {"password": PASSWORD}) for account in accounts]
    return [answer.status for answer in answers], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]


def auth_audit(w: World):
    return w.stack.send("GET", "/v1/auth/audit", w.user.token).status


def watchlist_list(w: World):
    return [w.stack.send("GET", f"/v1/watchlists{query}", w.user.token).status for query in ("", "?type=movie")]


def watchlist_add(w: World):
    add = lambda: w.stack.send("POST", "/v1/watchlists/items", w.user.token, {"title": "new", "type": "show"}, {"idempotency-key": w.run})  # noqa: E731
    return [add().status, add().status]


def watchlist_get(w: World):
    return w.stack.send("GET", w.items[0], w.user.token).status


def watchlist_update(w: World):
    return w.stack.send("PATCH", w.items[1], w.user.token, {"title": "other"}).status


def watchlist_remove(w: World):
    return w.stack.send("DELETE", w.items[2], w.user.token).status


def admin_stats(w: World):
    return w.stack.send("GET", "/v1/admin/stats", w.boss.token).status


def admin_users(w: World):
    return [w.stack.send("GET", f"/v1/admin/users?{query}", w.boss.token).status for query in ("limit=3", f"email={w.user.email}")]


def admin_user_get(w: World):
    return w.stack.send("GET", f"/v1/admin/users/{w.user.id}", w.boss.token).status


def admin_user_update(w: World):
    changes = [("shut", {"disabled": True}), ("raised", {"role": "admin"}), ("raised", {"role": "user"})]
    answers = [w.stack.send("PATCH", f"/v1/admin/users/{w.victims[name].id}", w.boss.token, change) for name, change in changes]
    return [answer.status for answer in answers], sessions(w, w.victims["shut"])


def admin_user_delete(w: World):
    accounts = [w.victims["deleted"], w.deputies["dismissed"]]
    answers = [w.stack.send("DELETE", f"/v1/admin/users/{account.id}", w.boss.token) for account in accounts]
    return [answer.status for answer in answers], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]


def admin_user_watchlist(w: World):
    path = f"/v1/admin/users/{w.user.id}/watchlist"
    return [w.stack.send("GET", path + query, w.boss.token).status for query in ("", "?type=movie")]


def admin_audit(w: World):
    return [w.stack.send("GET", f"/v1/admin/audit{query}", w.boss.token).status for query in ("", f"?user_id={w.user.id}")]


def admin_bootstrap(w: World):
    done, _ = w.stack.invoke("AdminBootstrapFunction", {"email": w.heir.email})
    return done, sessions(w, w.heir)


def audit_worker(w: World):
    done, said = w.stack.invoke("AuditWorkerFunction", records(w.event()))
    return done, said


def audit_relay(w: World):
    message = w.event()
    event = message["event"]["id"]
    shard = f"OUTBOX#{uuid.UUID(event).int % 4}"
    entry = {"pk": {"S": shard}, "sk": {"S": f"EVENT#{event}"}, "body": {"S": json.dumps(message)}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=entry)
    done, _ = w.stack.invoke("AuditRelayFunction", {})
    # The schedule's own run may be about to delete it.
    is_gone = wait_until(lambda: all(item["sk"]["S"] != f"EVENT#{event}" for item in w.stack.items(shard)), 3)
    stored = [item for item in w.stack.items(f"AUDIT#{w.user.id}") if item["sk"]["S"] == f"EVENT#{event}"]
    return done, is_gone, len(stored)


def customers_create(w: World):
    new = {"name": "New", "email": f"new-customer-{w.run}@example.com"}
    add = lambda headers: w.stack.send("POST", "/v1/customers", w.user.token, new, headers).status  # noqa: E731
    return [add({"idempotency-key": w.run}), add({"idempotency-key": w.run}), add({})]


def customers_list(w: World):
    email = f"?email=kept-of-{w.user.email}"
    return [w.stack.send("GET", f"/v1/customers{query}", who.token).status for who in (w.user, w.boss) for query in ("", email)]


def customers_get(w: World):
    return [w.stack.send("GET", w.customer, who.token).status for who in (w.user, w.boss)]


def customers_update(w: World):
    changes = [{"name": "Other"}, {"email": f"other-{w.run}@example.com"}]
    return [w.stack.send("PATCH", w.changed_customer, w.user.token, change).status for change in changes]


def customers_delete(w: World):
    answer = w.stack.send("DELETE", w.removed_customer, w.user.token)
    customer = w.removed_customer.rsplit("/", 1)[1]
    return answer.status, [len(w.stack.items(f"CUSTOMER#{customer}#{part}")) for part in ("FAVORITES", "HISTORY")]


def favorites_list(w: World):
    return [w.stack.send("GET", f"{w.customer}/favorites", who.token).status for who in (w.user, w.boss)]


def favorites_add(w: World):
    body = {"product_ids": [w.new, w.same]}
    add = lambda: w.stack.send("POST", f"{w.customer}/favorites", w.user.token, body, {"idempotency-key": w.run}).status  # noqa: E731
    return [add(), add()]


def favorites_remove(w: World):
    answer = w.stack.send("DELETE", f"{w.customer}/favorites/{w.dearer}", w.user.token)
    customer = w.customer.rsplit("/", 1)[1]
    past = [item for item in w.stack.items(f"CUSTOMER#{customer}#HISTORY") if item["sk"]["S"].startswith(f"PRODUCT#{w.dearer}#")]
    return answer.status, len(past)


def favorites_refresh(w: World):
    return w.stack.send("POST", f"{w.customer}/favorites/refresh", w.user.token, {}).status


def favorites_history(w: World):
    return [w.stack.send("GET", f"{w.customer}/favorites/{w.same}/history", who.token).status for who in (w.user, w.boss)]


def products_list(w: World):
    # Each page is kept, so each round looks at another one.
    number = int(w.run.split("-")[0])
    return [w.stack.send("GET", f"/v1/products?page={1 + number % 5}", w.user.token).status]


def products_get(w: World):
    return w.stack.send("GET", f"/v1/products/{int(w.new) + 1}", w.user.token).status


def catalog_worker(w: World):
    """One that got dearer, one that is gone, one that nobody holds any more."""
    w.stack.catalog("PUT", f"/control/products/{w.same}", {"price": 2.5})
    w.stack.catalog("PUT", f"/control/products/{w.gone}", {"gone": True})
    nobodys = str(int(w.new) + 2)
    held = {"pk": {"S": f"PRODUCT#{nobodys}"}, "sk": {"S": "HELD"}, "directory": {"S": "PRODUCTS"}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=held)
    done, said = w.stack.invoke("CatalogWorkerFunction", w.refresh_of([w.same, w.gone, nobodys]))
    customer = w.customer.rsplit("/", 1)[1]
    favorites = {item["sk"]["S"].split("#")[1]: item for item in w.stack.items(f"CUSTOMER#{customer}#FAVORITES")}
    price = favorites[w.same]["current"]["M"]["price"]["S"] if w.same in favorites else None
    marks = [item for item in w.stack.items(f"PRODUCT#{nobodys}") if item["sk"]["S"] == "HELD"]
    return done, said, price, len(marks)


def catalog_refresh(w: World):
    done, said = w.stack.invoke("CatalogRefreshFunction", {"begin": True})
    return done, said and said.get("errorType")


def health_ready(w: World):
    return w.stack.send("GET", "/v1/health/ready").status


def health_detailed(w: World):
    return w.stack.send("GET", "/v1/health/detailed").body.get("status")


def sessions(w: World, account) -> int:
    """How many the account has, by the table."""
    return sum(item["sk"]["S"].startswith("SESSION#") for item in w.stack.items(f"USER#{account.id}"))


def claims(token: str) -> str:


    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()


# Those that delete come last.
PROBES = {
    "".join(word.capitalize() for word in probe.__name__.split("_")) + "Function": probe
    for probe in (
        auth_register, auth_login, auth_me, auth_refresh, auth_logout, auth_sessions, auth_session_revoke, auth_password, auth_audit,
        watchlist_list, watchlist_add, watchlist_get, watchlist_update, watchlist_remove,
        admin_stats, admin_users, admin_user_get, admin_user_update, admin_user_watchlist, admin_audit, admin_bootstrap,
        audit_worker, audit_relay,
        customers_create, customers_list, customers_get, customers_update, customers_delete,
        favorites_list, favorites_add, favorites_history, favorites_refresh, products_list, products_get,
        catalog_worker, catalog_refresh, favorites_remove, health_ready, health_detailed,
        admin_user_delete, auth_delete_account,
    )
}
