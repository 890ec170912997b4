//! A route, and the comparison of a path with its pattern.
//!
//! `make registry` generates the routes of each function in the function's `src/route.rs`. A list
//! of all routes in this crate would make every function compile again for each new route.

use http::Method;

use crate::rate_limit::Group;

/// One route and the function that serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The function: its folder under `functions/`.
    pub function: &'static str,
    /// The method.
    pub method: Method,
    /// The path, with parameters in braces. A trailing slash makes no difference.
    pub path: &'static str,
    /// The callers that the route allows.
    pub caller: Caller,
    /// The rate limit group; `None` for a route without a rate limit.
    pub limit: Option<Group>,
}

/// The callers that a route allows. The extractors in the handler's signature enforce it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Anyone. An access token is optional or ignored.
    Anyone,
    /// Signed-in users, administrators included. The handler decides which data the caller may use.
    User,
    /// Administrators.
    Admin,
}

/// Returns `true` if a path matches a pattern.
#[must_use]
pub fn matches(pattern: &str, path: &str) -> bool {
    let [pattern, path] = [pattern, path].map(|text| text.strip_suffix('/').unwrap_or(text));
    let (mut expected, mut actual) = (pattern.split('/'), path.split('/'));
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return true,
            (Some(parameter), Some(value)) if parameter.starts_with('{') && !value.is_empty() => {}
            (Some(expected), Some(actual)) if expected == actual => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    const ITEM: &str = "/v1/watchlists/items/{item_id}";

    #[test]
    fn a_parameter_matches_any_value() {
        assert!(matches(ITEM, "/v1/watchlists/items/0190"));
        assert!(matches("/v1/watchlists", "/v1/watchlists"));
    }

    #[test]
    fn a_trailing_slash_makes_no_difference() {
        assert!(matches("/v1/watchlists", "/v1/watchlists/"));
        assert!(matches("/", "/"));
        assert!(matches(ITEM, "/v1/watchlists/items/0190/"));
    }

    #[test]
    fn another_path_does_not_match() {
        for path in
            ["//", "/v1", "/v1/watchlists/items//", "/v1/watchlists//", "/v1/watchlists/items/a/b", "/V1/watchlists"]
        {
            for pattern in ["/", "/v1/watchlists", ITEM] {
                assert!(!matches(pattern, path), "{pattern} {path}");
            }
        }
    }
}
