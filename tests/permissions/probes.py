"""For each function, what it takes to use every permission that it has. A probe gives what came of it, which is the same each time
while nothing is missing: statuses, and facts about the table where an answer would not show them."""

import base64
import json
import uuid

from stack import until
from world import PASSWORD, World, records


PROBES = {}


def gives(expected):
    """Registers a probe of the function that is called like it, and what comes of it while nothing is missing."""

    def register(probe):
        function = "".join(word.capitalize() for word in probe.__name__.split("_")) + "Function"
        PROBES[function] = (probe, expected)
        return probe

    return register


def probe_all(world: World) -> dict:
    """For each function, what came of its probe where that is not what it should be."""
    outcomes = {function: (probe(world), expected) for function, (probe, expected) in PROBES.items()}
    return {function: outcome for function, (outcome, expected) in outcomes.items() if outcome != expected}


@gives([201, 409])
def auth_register(w: World):
    new = {"email": f"new-{w.run}@example.com", "password": PASSWORD}
    return [w.stack.send("POST", "/v1/auth/register", body=body).status for body in (new, new)]


@gives([200, 401])
def auth_login(w: World):
    answers = [w.stack.send("POST", "/v1/auth/login", body={"email": w.user.email, "password": password}) for password in (PASSWORD, "wrong")]
    return [answer.status for answer in answers]


@gives(200)
def auth_me(w: World):
    return w.stack.send("GET", "/v1/auth/me", w.user.token).status


@gives(([200, 200, 401], 0))
def auth_refresh(w: World):
    token = {"refresh_token": w.refresher.sessions[0]["refresh_token"]}
    first = w.stack.send("POST", "/v1/auth/refresh", body=token)
    second = w.stack.send("POST", "/v1/auth/refresh", body={"refresh_token": first.body.get("refresh_token", "none")})
    # By now it is a stolen one, which ends the session.
    third = w.stack.send("POST", "/v1/auth/refresh", body=token)
    return [answer.status for answer in (first, second, third)], sessions(w, w.refresher)


@gives(([204, 204], 0))
def auth_logout(w: World):
    one, all_others = w.quitter.sessions[0]["access_token"], w.quitter.sessions[1]["access_token"]
    answers = [w.stack.send("POST", "/v1/auth/logout", one), w.stack.send("POST", "/v1/auth/logout", all_others, {"all": True})]
    return [answer.status for answer in answers], sessions(w, w.quitter)


@gives(200)
def auth_sessions(w: World):
    return w.stack.send("GET", "/v1/auth/sessions", w.user.token).status


@gives((204, 1))
def auth_session_revoke(w: World):
    other = next(item["sk"]["S"].split("#")[1] for item in w.stack.items(f"USER#{w.revoker.id}") if item["sk"]["S"].startswith("SESSION#"))
    token = next(one["access_token"] for one in w.revoker.sessions if other not in claims(one["access_token"]))
    return w.stack.send("DELETE", f"/v1/auth/sessions/{other}", token).status, sessions(w, w.revoker)


@gives(([401, 204], 1))
def auth_password(w: World):
    change = lambda current: {"current_password": current, "new_password": "analytical engine 1843"}  # noqa: E731
    answers = [w.stack.send("PUT", "/v1/auth/password", w.keyholder.token, change(current)) for current in ("wrong", PASSWORD)]
    return [answer.status for answer in answers], sessions(w, w.keyholder)


@gives(([204, 204], [0, 0]))
def auth_delete_account(w: World):
    accounts = [w.leaver, w.deputies["leaving"]]
    answers = [w.stack.send("DELETE", "/v1/auth/me", account.token, {"password": PASSWORD}) for account in accounts]
    return [answer.status for answer in answers], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]


@gives(200)
def auth_audit(w: World):
    return w.stack.send("GET", "/v1/auth/audit", w.user.token).status


@gives([200, 200])
def watchlist_list(w: World):
    return [w.stack.send("GET", f"/v1/watchlists{query}", w.user.token).status for query in ("", "?type=movie")]


@gives([201, 201])
def watchlist_add(w: World):
    add = lambda: w.stack.send("POST", "/v1/watchlists/items", w.user.token, {"title": "new", "type": "show"}, {"idempotency-key": f"item-{w.run}"})  # noqa: E731
    return [add().status, add().status]


@gives(200)
def watchlist_get(w: World):
    return w.stack.send("GET", w.items[0], w.user.token).status


@gives(200)
def watchlist_update(w: World):
    return w.stack.send("PATCH", w.items[1], w.user.token, {"title": "other"}).status


@gives(204)
def watchlist_remove(w: World):
    return w.stack.send("DELETE", w.items[2], w.user.token).status


@gives(200)
def admin_stats(w: World):
    return w.stack.send("GET", "/v1/admin/stats", w.boss.token).status


@gives([200, 200])
def admin_users(w: World):
    return [w.stack.send("GET", f"/v1/admin/users?{query}", w.boss.token).status for query in ("limit=3", f"email={w.user.email}")]


@gives(200)
def admin_user_get(w: World):
    return w.stack.send("GET", f"/v1/admin/users/{w.user.id}", w.boss.token).status


@gives(([200, 200, 200], 0))
def admin_user_update(w: World):
    changes = [("shut", {"disabled": True}), ("raised", {"role": "admin"}), ("raised", {"role": "user"})]
    answers = [w.stack.send("PATCH", f"/v1/admin/users/{w.victims[name].id}", w.boss.token, change) for name, change in changes]
    return [answer.status for answer in answers], sessions(w, w.victims["shut"])


@gives(([204, 204], [0, 0]))
def admin_user_delete(w: World):
    accounts = [w.victims["deleted"], w.deputies["dismissed"]]
    paths = [f"/v1/admin/users/{account.id}" for account in accounts]
    # As long as it is as it was seen.
    answers = [w.stack.send("DELETE", path, w.boss.token, headers={"if-match": "*"}) for path in paths]
    return [answer.status for answer in answers], [len(w.stack.items(f"USER#{account.id}")) for account in accounts]


@gives([200, 200])
def admin_user_watchlist(w: World):
    path = f"/v1/admin/users/{w.user.id}/watchlist"
    return [w.stack.send("GET", path + query, w.boss.token).status for query in ("", "?type=movie")]


@gives([200, 200])
def admin_audit(w: World):
    return [w.stack.send("GET", f"/v1/admin/audit{query}", w.boss.token).status for query in ("", f"?user_id={w.user.id}")]


@gives((True, 0))
def admin_bootstrap(w: World):
    done, _ = w.stack.invoke("AdminBootstrapFunction", {"email": w.heir.email})
    return done, sessions(w, w.heir)


@gives((True, {"batchItemFailures": []}))
def audit_worker(w: World):
    done, said = w.stack.invoke("AuditWorkerFunction", records(w.event()))
    return done, said


@gives((True, True, 1))
def audit_relay(w: World):
    message = w.event()
    event = message["event"]["id"]
    shard = f"OUTBOX#{uuid.UUID(event).int % 4}"
    entry = {"pk": {"S": shard}, "sk": {"S": f"EVENT#{event}"}, "body": {"S": json.dumps(message)}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=entry)
    done, _ = w.stack.invoke("AuditRelayFunction", {})
    # The schedule's own run may be about to delete it.
    is_gone = until(lambda: all(item["sk"]["S"] != f"EVENT#{event}" for item in w.stack.items(shard)), 3)
    stored = [item for item in w.stack.items(f"AUDIT#{w.user.id}") if item["sk"]["S"] == f"EVENT#{event}"]
    return done, is_gone, len(stored)


@gives([201, 201, 409])
def customers_create(w: World):
    new = {"name": "New", "email": f"new-customer-{w.run}@example.com"}
    add = lambda headers: w.stack.send("POST", "/v1/customers", w.user.token, new, headers).status  # noqa: E731
    return [add({"idempotency-key": f"customer-{w.run}"}), add({"idempotency-key": f"customer-{w.run}"}), add({})]


@gives([200, 200, 200, 200])
def customers_list(w: World):
    email = f"?email=kept-of-{w.user.email}"
    return [w.stack.send("GET", f"/v1/customers{query}", who.token).status for who in (w.user, w.boss) for query in ("", email)]


@gives([200, 200])
def customers_get(w: World):
    return [w.stack.send("GET", w.customer, who.token).status for who in (w.user, w.boss)]


@gives([200, 200])
def customers_update(w: World):
    changes = [{"name": "Other"}, {"email": f"other-{w.run}@example.com"}]
    return [w.stack.send("PATCH", w.changed_customer, w.user.token, change).status for change in changes]


@gives((204, [0, 0]))
def customers_delete(w: World):
    answer = w.stack.send("DELETE", w.removed_customer, w.user.token)
    customer = w.removed_customer.rsplit("/", 1)[1]
    return answer.status, [len(w.stack.items(f"CUSTOMER#{customer}#{part}")) for part in ("FAVORITES", "HISTORY")]


@gives([200, 200])
def favorites_list(w: World):
    return [w.stack.send("GET", f"{w.customer}/favorites", who.token).status for who in (w.user, w.boss)]


@gives([201, 201])
def favorites_add(w: World):
    body = {"product_ids": [w.new, w.same]}
    add = lambda: w.stack.send("POST", f"{w.customer}/favorites", w.user.token, body, {"idempotency-key": f"favorite-{w.run}"}).status  # noqa: E731
    return [add(), add()]


@gives((204, 0))
def favorites_remove(w: World):
    answer = w.stack.send("DELETE", f"{w.customer}/favorites/{w.dearer}", w.user.token)
    customer = w.customer.rsplit("/", 1)[1]
    past = [item for item in w.stack.items(f"CUSTOMER#{customer}#HISTORY") if item["sk"]["S"].startswith(f"PRODUCT#{w.dearer}#")]
    return answer.status, len(past)


@gives([202, 202])
def favorites_refresh(w: World):
    answers = [w.stack.send("POST", f"{customer}/favorites/refresh", w.user.token, {}) for customer in (w.customer, w.crowded_customer)]
    w.stack.purge("CatalogQueue")
    return [answer.status for answer in answers]


@gives([200, 200])
def favorites_history(w: World):
    return [w.stack.send("GET", f"{w.customer}/favorites/{w.same}/history", who.token).status for who in (w.user, w.boss)]


@gives(200)
def products_list(w: World):
    w.stack.forget_items("PRODUCTS")
    return w.stack.send("GET", "/v1/products", w.user.token).status


@gives(200)
def products_get(w: World):
    product = int(w.new) + 1
    w.stack.forget_items(f"PRODUCT#{product}")
    return w.stack.send("GET", f"/v1/products/{product}", w.user.token).status


@gives((True, {"batchItemFailures": []}, "2.50", 0))
def catalog_worker(w: World):
    """One that got dearer, one that is gone, one that nobody holds any more."""
    w.stack.catalog("PUT", f"/control/products/{w.same}", {"price": 2.5})
    w.stack.catalog("PUT", f"/control/products/{w.gone}", {"gone": True})
    nobodys = str(int(w.new) + 2)
    held = {"pk": {"S": f"PRODUCT#{nobodys}"}, "sk": {"S": "HELD"}, "directory": {"S": "PRODUCTS"}, "held_at": {"S": "2026-01-01T00:00:00.000Z"}}
    w.stack.dynamodb.put_item(TableName=w.stack.table, Item=held)
    done, said = w.stack.invoke("CatalogWorkerFunction", w.refresh_of([w.same, w.gone, nobodys]))
    customer = w.customer.rsplit("/", 1)[1]
    favorites = {item["sk"]["S"].split("#")[1]: item for item in w.stack.items(f"CUSTOMER#{customer}#FAVORITES")}
    price = favorites[w.same]["current"]["M"]["price"]["S"] if w.same in favorites else None
    marks = [item for item in w.stack.items(f"PRODUCT#{nobodys}") if item["sk"]["S"] == "HELD"]
    return done, said, price, len(marks)


@gives([True, True])
def catalog_refresh(w: World):
    outcomes = [w.stack.invoke("CatalogRefreshFunction", event)[0] for event in ({}, {"begin": True})]
    w.stack.purge("CatalogQueue")
    return outcomes


@gives(200)
def health_ready(w: World):
    return w.stack.send("GET", "/v1/health/ready").status


@gives("ok")
def health_detailed(w: World):
    return w.stack.send("GET", "/v1/health/detailed").body.get("status")


def sessions(w: World, account) -> int:
    """How many the account has, by the table."""
    return sum(item["sk"]["S"].startswith("SESSION#") for item in w.stack.items(f"USER#{account.id}"))


def claims(token: str) -> str:


    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode()
