from world import World, session_count

EXPECTED = ([200, 200, 401], 0)


def probe(w: World):
    token = {"refresh_token": w.refreshing.sessions[0]["refresh_token"]}
    first = w.stack.send("POST", "/v1/auth/refresh", body=token)
    second = w.stack.send("POST", "/v1/auth/refresh", body={"refresh_token": first.body.get("refresh_token", "none")})
    # Reusing a refresh token ends the session.
    third = w.stack.send("POST", "/v1/auth/refresh", body=token)
    return [response.status for response in (first, second, third)], session_count(w, w.refreshing)
