from world import World

EXPECTED = [200, 200]


def probe(w: World):
    changes = [{"name": "Other"}, {"email": f"other-{w.run}@example.com"}]
    return [w.stack.send("PATCH", w.changed_customer, w.user.token, change).status for change in changes]
