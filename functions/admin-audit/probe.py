from world import World

EXPECTED = [200, 200]


def probe(w: World):
    return [w.stack.send("GET", f"/v1/admin/audit{query}", w.admin.token).status for query in ("", f"?user_id={w.user.id}")]
