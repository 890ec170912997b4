from world import World, claims, session_count

EXPECTED = (204, 1)


def probe(w: World):
    other = next(item["sk"]["S"].split("#")[1] for item in w.stack.items(f"USER#{w.revoking.id}") if item["sk"]["S"].startswith("SESSION#"))
    token = next(session["access_token"] for session in w.revoking.sessions if other not in claims(session["access_token"]))
    return w.stack.send("DELETE", f"/v1/auth/sessions/{other}", token).status, session_count(w, w.revoking)
