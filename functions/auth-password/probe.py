from world import PASSWORD, World, session_count

EXPECTED = ([401, 204], 1)


def probe(w: World):
    change = lambda current: {"current_password": current, "new_password": "analytical engine 1843"}  # noqa: E731
    responses = [w.stack.send("PUT", "/v1/auth/password", w.changing_password.token, change(current)) for current in ("wrong", PASSWORD)]
    return [response.status for response in responses], session_count(w, w.changing_password)
