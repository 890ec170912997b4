from world import World, session_count

EXPECTED = ([200, 200, 200], 0)


def probe(w: World):
    changes = [("disabled", {"disabled": True}), ("promoted", {"role": "admin"}), ("promoted", {"role": "user"})]
    responses = [w.stack.send("PATCH", f"/v1/admin/users/{w.managed[name].id}", w.admin.token, change) for name, change in changes]
    return [response.status for response in responses], session_count(w, w.managed["disabled"])
