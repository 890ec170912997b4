from world import World

EXPECTED = [200, 200]


def probe(w: World):
    return [w.stack.send("GET", f"/v1/admin/users?{query}", w.admin.token).status for query in ("limit=3", f"email={w.user.email}")]
