//! Functions that use Redis run in the VPC, and no others.

use std::collections::BTreeSet;

use functions::{INVOKED, ROUTES};

use super::{functions_in_template, shared_policies};

/// The functions of rate-limited routes that call the internet and therefore cannot run in the VPC:
/// docs/adr/0016-functions-outside-the-vpc.md
const INTERNET_CALLERS: [&str; 4] = ["external-github", "favorites-add", "products-list", "products-get"];

#[test]
fn functions_run_in_the_vpc_exactly_when_they_use_redis() {
    let limited = ROUTES.iter().filter(|route| route.limit.is_some() && !INTERNET_CALLERS.contains(&route.function));
    let users: BTreeSet<&str> =
        limited.map(|route| route.function).chain(INVOKED.iter().copied()).chain(["health-detailed"]).collect();
    for (name, properties) in functions_in_template() {
        // The template's globals set Redis and the VPC for every function that does not override them.
        let has_redis_url = properties["Environment"]["Variables"]["REDIS_URL"] != "";
        let is_in_vpc = properties["VpcConfig"].is_null();
        let policies = shared_policies(&properties);
        let [connects, is_denied] = ["ConnectsToRedis", "MakesNoNetwork"].map(|policy| policies.contains(&policy));
        let expected = users.contains(name.as_str());
        assert_eq!([has_redis_url, is_in_vpc, connects, is_denied], [expected; 4], "{name}");
    }
}
