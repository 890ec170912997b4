from world import World

EXPECTED = [200, 200, 200]


def probe(w: World):
    path = f"/v1/admin/users/{w.user.id}/watchlist"
    return [w.stack.send("GET", path + query, w.admin.token).status for query in ("", "?type=movie", "?skip=1000")]
