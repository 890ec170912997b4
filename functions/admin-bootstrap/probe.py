from world import World, session_count

EXPECTED = (True, 0)


def probe(w: World):
    succeeded, _ = w.stack.invoke("AdminBootstrapFunction", {"email": w.bootstrapped.email})
    return succeeded, session_count(w, w.bootstrapped)
