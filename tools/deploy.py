"""Runs `sam deploy` with the parameters of samconfig.toml and the computed parameter Release.

Release must change whenever anything other than the code changes (template.yaml has the reason). It
is a hash of the templates and the parameters, so a deployment without a change publishes nothing.
"""

import hashlib
import os
import pathlib
import re
import sys

import tomlkit
from samtranslator.yaml_helper import yaml_parse

ROOT = pathlib.Path(__file__).resolve().parent.parent


def deployment_parameters(environment, overrides):
    """Returns the template's defaults, overridden by samconfig.toml and then by the arguments."""
    config = tomlkit.parse((ROOT / "samconfig.toml").read_text()).unwrap()
    if "deploy" not in config.get(environment, {}):
        sys.exit(f"error: samconfig.toml has no environment {environment!r}; run make deploy ENV=dev or ENV=prod")
    parameters = template_defaults()
    parameters.update(pair.split("=", 1) for pair in config[environment]["deploy"]["parameters"]["parameter_overrides"])
    parameters.update(pair.split("=", 1) for pair in overrides)
    return parameters


def template_defaults():
    """Returns the template's default values.

    Without them `sam deploy` reuses the previous value of an omitted parameter.

    Secrets, which are in no file, and Release are left out.
    """
    declared = yaml_parse((ROOT / "template.yaml").read_text())["Parameters"]
    return {
        name: str(parameter["Default"])
        for name, parameter in declared.items()
        if "Default" in parameter and not parameter.get("NoEcho") and name != "Release"
    }


def release_id(parameters):
    """Returns an id for the templates with these parameters.

    It is a hash, because a parameter may hold a password.
    """
    # DeploymentType is left out: it changes how a release is rolled out, not the release.
    pairs = [f"\0{name}={parameters[name]}" for name in sorted(parameters) if name != "DeploymentType"]
    # The nested templates define the functions' network and the cache's address.
    templates = [ROOT / "template.yaml", *sorted((ROOT / "infra").glob("*.yaml"))]
    text = "".join([template.read_text() for template in templates] + pairs)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def quote(value):
    """Returns the value quoted for `--parameter-overrides`.

    Unquoted, sam cuts it off at a space and ignores an empty one.
    """
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def check_build():
    """Rejects the packages of `make deploy-local`, which run on this machine only."""
    for bootstrap in ROOT.glob("target/lambda/*/bootstrap"):
        if not bootstrap.read_bytes().startswith(b"\x7fELF"):
            sys.exit("error: target/lambda is not a build for AWS; run make build")


def main():
    environment, *arguments = sys.argv[1:]
    if environment != "rehearsal":
        check_build()
    overrides = [argument for argument in arguments if re.match(r"[A-Za-z0-9]+=", argument)]
    options = [argument for argument in arguments if argument not in overrides]
    parameters = deployment_parameters(environment, overrides)
    parameters.setdefault("Release", release_id(parameters))
    quoted = [f"{name}={quote(value)}" for name, value in parameters.items()]
    sam = pathlib.Path(sys.executable).parent / "sam"
    command = [str(sam), "deploy", "--config-env", environment, *options, "--parameter-overrides", *quoted]
    os.chdir(ROOT)
    os.environ.setdefault("SAM_CLI_TELEMETRY", "0")
    os.execv(sam, command)


if __name__ == "__main__":
    main()
