from world import World

EXPECTED = [200, 200, 200, 200]


def probe(w: World):
    email = f"?email=unchanged-of-{w.user.email}"
    return [w.stack.send("GET", f"/v1/customers{query}", account.token).status for account in (w.user, w.admin) for query in ("", email)]
