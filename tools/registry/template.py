"""The functions in template.yaml."""

import textwrap

from facts import Function, Grant

BEGIN = "  # Begin of the functions. `make registry` writes them from functions/*/Cargo.toml.\n"
END = "  # End of the functions.\n"
WIDTH = 100

# What readers should know about the functions of an area.
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


REDIS_URL = (
    '!If [OwnCache, !Sub "rediss://app:{{resolve:secretsmanager:${SecretName}:SecretString:redis_password::${SecretVersion}}}'
    '@${CacheStack.Outputs.Host}:6379/", !Ref RedisUrl]'
)
# The variables in the order of the template: name, value, and when a function has it.
VARIABLES = [
    ("TABLE_NAME", "!Ref Table", lambda f: any(grant.resource == "Table" for grant in f.grants)),
    ("GITHUB_API_URL", "!Ref GithubApiUrl", lambda f: "github" in f.uses),
    ("REDIS_URL", REDIS_URL, lambda f: "redis" in f.uses),
    ("RATE_LIMIT_FACTOR", "!Ref RateLimitFactor", lambda f: f.quota),
    ("AUDIT_QUEUE_URL", "!Ref AuditQueue", lambda f: "audit-queue" in f.uses),
    ("CATALOG_KIND", "!Ref CatalogKind", lambda f: "catalog" in f.uses),
    ("CATALOG_URL", "!Ref CatalogUrl", lambda f: "catalog" in f.uses),
    ("CATALOG_MAX_RPS", "!Ref CatalogMaxRps", lambda f: "catalog-pace" in f.uses),
    ("CATALOG_QUEUE_URL", "!Ref CatalogQueue", lambda f: "catalog-queue" in f.uses),
    ("CATALOG_REFRESH_MINUTES", "!Ref CatalogRefreshMinutes", lambda f: "refresh-rounds" in f.uses),
    ("AUDIT_RETENTION_DAYS", "!Ref AuditRetentionDays", lambda f: "retention" in f.uses),
    ("PASSWORD_PEPPERS", f'!If [WithPeppers, {secret("password_peppers")}, ""]', lambda f: "peppers" in f.uses),
    ("JWT_ISSUER", "!Ref JwtIssuer", lambda f: {"token-keys", "signing-key"} & f.uses),
    ("JWT_AUDIENCE", "!Ref JwtAudience", lambda f: {"token-keys", "signing-key"} & f.uses),
    ("JWT_PRIVATE_KEY", secret("jwt_private_key"), lambda f: "signing-key" in f.uses),
    ("JWT_PUBLIC_KEYS", "!GetAtt PublicKeys.Value", lambda f: "token-keys" in f.uses),
    ("ACCESS_TOKEN_TTL_SECONDS", '"900"', lambda f: "signing-key" in f.uses),
    ("REFRESH_TOKEN_TTL_SECONDS", '"2592000"', lambda f: "signing-key" in f.uses),
    ("REFRESH_TOKEN_IDLE_SECONDS", '"604800"', lambda f: "signing-key" in f.uses),
    ("CURSOR_KEY", secret("cursor_key"), lambda f: "cursor-key" in f.uses),
    ("IMAGE_SOURCES", "!Ref ImageSources", lambda f: "images" in f.uses),
]


def functions(all_functions: list[Function]) -> str:
    """Returns all functions, each area with its note."""
    lines, area = [], None
    for function in all_functions:
        if function.area != area and function.area in AREA_NOTES:
            lines += [*comment(AREA_NOTES[function.area], 2), ""]
        area = function.area
        lines += [*resource(function), ""]
    return "\n".join(lines) + "\n"


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
    variables = [f"          {name}: {value}" for name, value, applies in VARIABLES if applies(f)]
    if variables:
        lines += ["      Environment:", "        Variables:", *variables]
    if f.grants:
        lines += ["      Policies:", *(line for grant in f.grants for line in statement(grant))]
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
    if f.trigger in ("route", "default"):
        routes = [(event_name(f, route), route.method, quoted(route.path)) for route in f.routes] or [("Route", "ANY", "$default")]
        return ["      Events:", *(line for route in routes for line in http_event(*route))]
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


def event_name(f: Function, route) -> str:
    if len(f.routes) == 1:
        return "Route"
    return {"OPENAPI": "OpenApi"}.get(last := route.constant.split("_", 1)[1], last.capitalize())


def http_event(name: str, method: str, path: str) -> list[str]:
    return [
        f"        {name}:",
        "          Type: HttpApi",
        f"          Properties: {{ ApiId: !Ref HttpApi, Method: {method}, Path: {path} }}",
    ]


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
