from world import PASSWORD, World

EXPECTED = [200, 401]


def probe(w: World):
    responses = [w.stack.send("POST", "/v1/auth/login", body={"email": w.user.email, "password": password}) for password in (PASSWORD, "wrong")]
    return [response.status for response in responses]
