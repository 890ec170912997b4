from world import World, session_count

EXPECTED = ([204, 204], 0)


def probe(w: World):
    first, second = w.logging_out.sessions[0]["access_token"], w.logging_out.sessions[1]["access_token"]
    responses = [w.stack.send("POST", "/v1/auth/logout", first), w.stack.send("POST", "/v1/auth/logout", second, {"all": True})]
    return [response.status for response in responses], session_count(w, w.logging_out)
