from world import World

EXPECTED = [200, 200]


def probe(w: World):
    return [w.stack.send("GET", w.customer, account.token).status for account in (w.user, w.admin)]
