from world import World

EXPECTED = "ok"


def probe(w: World):
    return w.stack.send("GET", "/v1/health/detailed").body.get("status")
