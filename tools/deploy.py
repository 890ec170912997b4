"""`make deploy`: `sam deploy` with the parameters of samconfig.toml, and with the parameter Release made of all that counts.

Release has to be another one whenever something besides the code changes (template.yaml says why). Made of the template and
the parameters it is, and the same again when nothing has changed, so that a second deployment does nothing.
"""

import hashlib
import os
import pathlib
import re
import sys

import tomlkit

ROOT = pathlib.Path(__file__).resolve().parent.parent


def parameters(environment, more):
    """What samconfig.toml says, and on top of it what the caller does."""
    config = tomlkit.parse((ROOT / "samconfig.toml").read_text()).unwrap()
    if "deploy" not in config.get(environment, {}):
        sys.exit(f"error: samconfig.toml knows no {environment!r}; say make deploy ENV=dev or ENV=prod")
    given = dict(pair.split("=", 1) for pair in config[environment]["deploy"]["parameters"]["parameter_overrides"])
    given.update(pair.split("=", 1) for pair in more)
    return given


def release(given):
    """A name for this template with these parameters. It says nothing about them, of which one may be a password."""
    # How a release comes out is no part of it.
    named = [f"\0{name}={given[name]}" for name in sorted(given) if name != "DeploymentType"]
    text = (ROOT / "template.yaml").read_text() + "".join(named)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main():
    environment, *more = sys.argv[1:]
    more_parameters = [word for word in more if re.match(r"[A-Za-z0-9]+=", word)]
    options = [word for word in more if word not in more_parameters]
    given = parameters(environment, more_parameters)
    given.setdefault("Release", release(given))
    overrides = [f"{name}={value}" for name, value in given.items()]
    sam = pathlib.Path(sys.executable).parent / "sam"
    command = [str(sam), "deploy", "--config-env", environment, *options, "--parameter-overrides", *overrides]
    os.chdir(ROOT)
    os.environ.setdefault("SAM_CLI_TELEMETRY", "0")
    os.execv(sam, command)


if __name__ == "__main__":
    main()
