from world import World

EXPECTED = [200, 200]


def probe(w: World):
    return [w.stack.send("GET", f"{w.customer}/favorites/{w.existing}/history", account.token).status for account in (w.user, w.admin)]
