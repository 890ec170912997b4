from world import World

EXPECTED = [200, 200, 200]


def probe(w: World):
    return [w.stack.send("GET", f"/v1/watchlists{query}", w.user.token).status for query in ("", "?type=movie", "?skip=1000")]
