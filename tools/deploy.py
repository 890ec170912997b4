"""`make deploy`: `sam deploy` with the parameters of samconfig.toml, and with the parameter Release made of all that counts.

Release has to be another one whenever something besides the code changes (template.yaml says why). Made of the templates and
the parameters it is, and the same again when nothing has changed, so that a second deployment does nothing.
"""

import hashlib
import os
import pathlib
import re
import sys

import tomlkit
from samtranslator.yaml_helper import yaml_parse

ROOT = pathlib.Path(__file__).resolve().parent.parent


def parameters(environment, more):
    """What samconfig.toml says, and on top of it what the caller does."""
    config = tomlkit.parse((ROOT / "samconfig.toml").read_text()).unwrap()
    if "deploy" not in config.get(environment, {}):
        sys.exit(f"error: samconfig.toml knows no {environment!r}; say make deploy ENV=dev or ENV=prod")
    given = defaults()
    given.update(pair.split("=", 1) for pair in config[environment]["deploy"]["parameters"]["parameter_overrides"])
    given.update(pair.split("=", 1) for pair in more)
    return given


def defaults():
    """What the template says, so that a parameter which nobody gives any more is not what it was before: that is what sam does.
    But for secrets, which stand in no file, and for what is made here."""
    declared = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"].items()
    is_ours = lambda name, one: "Default" in one and not one.get("NoEcho") and name != "Release"  # noqa: E731
    return {name: str(one["Default"]) for name, one in declared if is_ours(name, one)}


def release(given):
    """A name for this template with these parameters. It says nothing about them, of which one may be a password."""
    # How a release comes out is no part of it.
    named = [f"\0{name}={given[name]}" for name in sorted(given) if name != "DeploymentType"]
    # The nested ones give the functions their network and the cache's address.
    templates = [ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml"))]
    text = "".join([template.read_text() for template in templates] + named)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def quoted(value):
    """As sam reads it: otherwise it cuts a value off at a space, and takes an empty one for none."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    environment, *more = sys.argv[1:]
    more_parameters = [word for word in more if re.match(r"[A-Za-z0-9]+=", word)]
    options = [word for word in more if word not in more_parameters]
    given = parameters(environment, more_parameters)
    given.setdefault("Release", release(given))
    overrides = [f"{name}={quoted(value)}" for name, value in given.items()]
    sam = pathlib.Path(sys.executable).parent / "sam"
    command = [str(sam), "deploy", "--config-env", environment, *options, "--parameter-overrides", *overrides]
    os.chdir(ROOT)
    os.environ.setdefault("SAM_CLI_TELEMETRY", "0")
    os.execv(sam, command)


if __name__ == "__main__":
    main()
