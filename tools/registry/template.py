"""The functions in template.yaml."""

import pathlib
import re
import textwrap

import sections
from facts import Function, Grant

PATH = pathlib.Path("template.yaml")
WIDTH = 100

# Comments for the functions of an area.
AREA_NOTES = {
    "Watchlist": "The watchlist functions access watchlist items, and sessions for the session check.",
    "Audit trail": "The audit queue and a schedule invoke these two functions, which store events in the trail.",
    "Customers": "The customer and favourite functions read accounts and sessions (`USER#<id>`) and do not write them. "
    "A transaction is authorised by operation: each of its puts, updates and deletes needs one statement with all its keys.",
}
DEPLOYMENT_ROLES = {
    "Watchlist": "ReleasesOfLists",
    "Operations": "ReleasesOfLists",
    "Administration": "ReleasesOfAdministration",
    "Customers": "ReleasesOfCustomers",
    "Favourites": "ReleasesOfCustomers",
    "Products": "ReleasesOfCustomers",
}


def secret(key: str) -> str:
    return f'!Sub "{{{{resolve:secretsmanager:${{SecretName}}:SecretString:{key}::${{SecretVersion}}}}}}"'


# The variables that only some functions have: name, value, and the facts that require it. All other
# variables are in the template's globals.
VARIABLES = [
    ("GITHUB_API_URL", "!Ref GithubApiUrl", "github"),
    ("CATALOG_KIND", "!Ref CatalogKind", "catalog"),
    ("CATALOG_URL", "!Ref CatalogUrl", "catalog"),
    ("CATALOG_MAX_RPS", "!Ref CatalogMaxRps", "catalog-pace"),
    ("CATALOG_REFRESH_MINUTES", "!Ref CatalogRefreshMinutes", "refresh-rounds"),
    ("AUDIT_RETENTION_DAYS", "!Ref AuditRetentionDays", "retention"),
    ("IMAGE_SOURCES", "!Ref ImageSources", "images"),
    ("PASSWORD_PEPPERS", f'!If [WithPeppers, {secret("password_peppers")}, ""]', "peppers"),
    ("JWT_PRIVATE_KEY", secret("jwt_private_key"), "signing-key"),
    ("CURSOR_KEY", secret("cursor_key"), "cursor-key"),
]
# The managed policies of the template that several functions share, in the order of attachment.
SHARED_POLICIES = [
    ("redis", ["ConnectsToRedis", "MakesNoNetwork"]),
    ("sessions", ["ReadsSessions"]),
    ("audit-trail", ["RecordsEvents"]),
]


def outputs(root: pathlib.Path, all_functions: list[Function]) -> dict[pathlib.Path, str]:
    text = (root / PATH).read_text()
    for section, content in [("routes", routes), ("throttles", throttles), ("invocations", invocations), ("functions", functions)]:
        text = sections.replace(PATH, text, section, "".join(f"{line}\n" for line in content(all_functions)))
    return {PATH: text}


def served(all_functions: list[Function]) -> list[Function]:
    """Returns the functions that API Gateway calls."""
    return [f for f in all_functions if f.trigger in ("route", "default")]


def routes(all_functions: list[Function]) -> list[str]:
    """Returns the API's paths, and one integration for each function."""
    paths: dict[str, list[str]] = {}
    for f in served(all_functions):
        integration = f'x-amazon-apigateway-integration: {{ $ref: "#/components/x-amazon-apigateway-integrations/{f.name}" }}'
        for route in f.routes:
            operation = f"            {route.method.lower()}: {{ {integration}, responses: {{}} }}"
            paths.setdefault(route.path, parameters(route.path)).append(operation)
        if f.trigger == "default":
            operation = f"            x-amazon-apigateway-any-method: {{ {integration}, responses: {{}}, isDefaultRoute: true }}"
            paths["$default"] = [operation]
    lines = ["        paths:"]
    for path, methods in paths.items():
        lines += [f"          {quoted(path)}:", *methods]
    lines += ["        components:", "          x-amazon-apigateway-integrations:"]
    for f in served(all_functions):
        alias = f"${{{f.logical_id}.Alias}}"
        lines += [
            f"            {f.name}:",
            '              { type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0", credentials: !GetAtt InvokeRole.Arn,',
            '                uri: !Sub "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/'
            f'{alias}/invocations" }}',
        ]
    return lines


def parameters(path: str) -> list[str]:
    """Returns the declaration of the path's parameters, which OpenAPI requires."""
    rows = ", ".join(f"{{ name: {name}, in: path, required: true }}" for name in re.findall(r"{(\w+)}", path))
    return [f"            parameters: [{rows}]"] if rows else []


def throttles(all_functions: list[Function]) -> list[str]:
    """Returns the settings of the routes with a throttle of their own."""
    settings = "{ ThrottlingRateLimit: !Ref ExpensiveThrottleRate, ThrottlingBurstLimit: !Ref ExpensiveThrottleBurst }"
    return [f'        "{route.method} {route.path}": {settings}' for f in all_functions if f.throttle for route in f.routes]


def invocations(all_functions: list[Function]) -> list[str]:
    """Returns the aliases that API Gateway may call."""
    return [f'                  - !Sub "${{{f.logical_id}.Arn}}:live"' for f in served(all_functions)]


def functions(all_functions: list[Function]) -> list[str]:
    """Returns all functions, each area under its heading."""
    lines, area = [""], None
    for f in all_functions:
        if f.area != area:
            note = AREA_NOTES.get(f.area)
            lines += [*comment(f"{f.area}. {note}" if note else f"{f.area}.", 2), ""]
        area = f.area
        lines += [*resource(f), ""]
    return lines


def resource(f: Function) -> list[str]:
    lines = comment(f.comments.get(f.trigger), 2)
    lines += [
        f"  {f.logical_id}:",
        "    Type: AWS::Serverless::Function",
        "    Properties:",
        f"      CodeUri: target/lambda/{f.name}/",
    ]
    if f.trigger in ("route", "default"):
        lines.append("      VersionDescription: !Ref Release")
        if f.area in DEPLOYMENT_ROLES:
            lines.append(f"      DeploymentPreference: {{ Role: !GetAtt {DEPLOYMENT_ROLES[f.area]}.Arn }}")
    else:
        lines += ['      AutoPublishAlias: ""', "      DeploymentPreference: { Enabled: false }"]
    if f.reserved_concurrency:
        lines += comment(f.comments.get("reserved_concurrency"), 6)
        lines.append("      ReservedConcurrentExecutions: !If [ExpensiveIsLimited, !Ref ExpensiveConcurrency, !Ref AWS::NoValue]")
    if f.recursive:
        lines += [*comment(f.comments.get("recursive"), 6), "      RecursiveLoop: Allow"]
    if "redis" not in f.uses:
        lines.append("      VpcConfig: {}")
    if f.memory:
        lines += [*comment(f.comments.get("memory"), 6), f"      MemorySize: {f.memory}"]
    if f.timeout:
        lines += [*comment(f.comments.get("timeout"), 6), f"      Timeout: {f.timeout}"]
    variables = [f"          {name}: {value}" for name, value, use in VARIABLES if use in f.uses]
    if f.trigger not in ("route", "default"):
        variables.insert(0, '          ORIGIN_SECRETS: ""')
    if "redis" not in f.uses:
        variables.insert(0, '          REDIS_URL: ""')
    if variables:
        lines += ["      Environment:", "        Variables:", *variables]
    shared = [name for use, names in SHARED_POLICIES if use in f.uses for name in names]
    if shared or f.grants:
        lines += ["      Policies:", *(f"        - !Ref {name}" for name in shared)]
        lines += [line for grant in f.grants for line in statement(grant)]
    return lines + events(f)


def statement(grant: Grant) -> list[str]:
    target = f"!GetAtt {grant.resource}.Arn"
    if grant.index:
        index = f'!Sub "${{Table.Arn}}/index/{grant.index.removeprefix("+")}"'
        target = f"[{target}, {index}]" if grant.index.startswith("+") else index
    lines = comment(grant.comment, 8)
    lines += [
        "        - Statement:",
        f"            Effect: {'Deny' if grant.denies_others else 'Allow'}",
        f"            Action: {flow(grant.actions)}",
        f"            {'NotResource' if grant.denies_others else 'Resource'}: {target}",
    ]
    if grant.keys:
        keys = flow([f'"{key}"' for key in grant.keys])
        lines.append(f'            Condition: {{ "ForAllValues:StringLike": {{ "dynamodb:LeadingKeys": {keys} }} }}')
    return lines


def events(f: Function) -> list[str]:
    if f.trigger == "queue":
        return [
            "      Events:",
            "        Queue:",
            "          Type: SQS",
            "          Properties:",
            f"            Queue: !GetAtt {f.source['name']}.Arn",
            *noted(f, "queue.batch_size", f"BatchSize: {f.source['batch_size']}"),
            *(
                noted(f, "queue.batch_window_seconds", f"MaximumBatchingWindowInSeconds: {f.source['batch_window_seconds']}")
                if "batch_window_seconds" in f.source
                else []
            ),
            *noted(f, "queue.report_item_failures", "FunctionResponseTypes: [ReportBatchItemFailures]"),
            *noted(f, "queue.max_concurrency", f"ScalingConfig: {{ MaximumConcurrency: {f.source['max_concurrency']} }}"),
        ]
    if f.trigger == "schedule":
        return [
            "      EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }",
            "      Events:",
            f"        {f.source['name']}:",
            "          Type: ScheduleV2",
            "          Properties:",
            f"            ScheduleExpression: {f.source['expression']}",
            "            OmitName: true",
            "            RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 }",
        ]
    return []


def noted(f: Function, key: str, line: str) -> list[str]:
    return [*comment(f.comments.get(key), 12), f"            {line}"]


def quoted(path: str) -> str:
    return f'"{path}"' if "{" in path else path


def flow(items) -> str:
    return items[0] if len(items) == 1 else "[" + ", ".join(items) + "]"


def comment(text: str | None, indent: int) -> list[str]:
    """Wraps a comment. A line that begins with an address stays a line of its own."""
    if not text:
        return []
    paragraphs, lines = [[]], []
    for line in text.split("\n"):
        if line.startswith("http"):
            paragraphs += [[line], []]
        else:
            paragraphs[-1].append(line)
    prefix = " " * indent + "# "
    for paragraph in paragraphs:
        lines += textwrap.wrap(
            " ".join(paragraph), WIDTH, initial_indent=prefix, subsequent_indent=prefix, break_long_words=False, break_on_hyphens=False
        )
    return lines
