use functions::ROUTES;
use http::Method;
use shared::{http::route::Route, rate_limit::Group};
use utoipa::openapi::{
    PathItem, RefOr,
    path::{Operation, Parameter, ParameterIn},
};

use crate::{headers::RateLimit, links, parameters, responses};

/// The role of an administrator route in `security(("bearer" = ["admin"]))`.
const ADMIN: &str = "admin";

/// The callers that a route's `security` allows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    /// Any caller. No token is read.
    Anyone,
    /// Callers with or without a token.
    OptionalToken,
    /// Signed-in users.
    SignedIn,
    /// Administrators.
    Admin,
}

/// Returns the operation of a path's method.
pub(crate) const fn for_method<'a>(path: &'a PathItem, method: &Method) -> Option<&'a Operation> {
    match *method {
        Method::PUT => path.put.as_ref(),
        Method::POST => path.post.as_ref(),
        Method::PATCH => path.patch.as_ref(),
        Method::DELETE => path.delete.as_ref(),
        _ => path.get.as_ref(),
    }
}

/// Returns the place of a path's method in the document.
pub(crate) const fn slot<'a>(path: &'a mut PathItem, method: &Method) -> &'a mut Option<Operation> {
    match *method {
        Method::PUT => &mut path.put,
        Method::POST => &mut path.post,
        Method::PATCH => &mut path.patch,
        Method::DELETE => &mut path.delete,
        _ => &mut path.get,
    }
}

/// Completes the operation that a function documents with what follows from its route, its
/// middleware and its extractors.
pub(crate) fn complete(route: &Route, mut operation: Operation) -> Operation {
    let caller = caller(&operation);
    let id = operation_id(route, operation.operation_id.as_deref().unwrap_or_default());
    add_parameters(route, &mut operation);
    for status in statuses(route, &operation, caller) {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(responses::empty);
    }
    let limit = if route.limit.is_some() { RateLimit::Limited } else { RateLimit::Unlimited };
    responses::complete(&mut operation.responses, limit);
    links::add(&id, &mut operation.responses);
    if let Some(group) = route.limit {
        let limit = rate_limit_description(group, caller);
        operation.description =
            Some(operation.description.map_or_else(|| limit.clone(), |text| text + "\n\n" + &limit));
    }
    operation.security.get_or_insert_default();
    operation.operation_id = Some(id);
    operation
}

/// Returns the function's name. If a function has several routes, their ids differ:
/// `customers-update` has the methods `PUT` (`customers-replace`) and `PATCH`, and `web` has
/// several paths, each documented by its own Rust function.
fn operation_id(route: &Route, described_by: &str) -> String {
    let has_more_paths = ROUTES.iter().any(|other| other.function == route.function && other.path != route.path);
    match route.method {
        Method::PUT => route.function.replace("-update", "-replace"),
        _ if has_more_paths => format!("{}-{described_by}", route.function),
        _ => route.function.to_owned(),
    }
}

fn caller(operation: &Operation) -> Caller {
    let requirements: Vec<_> =
        operation.security.iter().flatten().filter_map(|requirement| serde_json::to_value(requirement).ok()).collect();
    let is_optional =
        requirements.iter().any(|requirement| requirement.as_object().is_none_or(serde_json::Map::is_empty));
    match requirements.last() {
        None => Caller::Anyone,
        Some(_) if is_optional => Caller::OptionalToken,
        Some(requirement) if requirement.to_string().contains(ADMIN) => Caller::Admin,
        Some(_) => Caller::SignedIn,
    }
}

fn add_parameters(route: &Route, operation: &mut Operation) {
    let in_path = parameters::in_path(route.path);
    let own = operation.parameters.take().unwrap_or_default();
    let all: Vec<_> = in_path.chain(own).collect();
    operation.parameters = Some(all).filter(|all| !all.is_empty());
}

/// Returns the statuses that follow from the middleware and the extractors.
fn statuses(route: &Route, operation: &Operation, caller: Caller) -> Vec<&'static str> {
    let has_parameter = |place: ParameterIn, name: &str| {
        let matches =
            |parameter: &Parameter| parameter.parameter_in == place && (name.is_empty() || parameter.name == name);
        operation
            .parameters
            .iter()
            .flatten()
            .any(|parameter| matches!(parameter, RefOr::T(parameter) if matches(parameter)))
    };
    let has_path = route.path.contains('{');
    let has_query = has_parameter(ParameterIn::Query, "");
    let has_body = operation.request_body.is_some();
    let rules: [(bool, &[&str]); 9] = [
        (true, &["500"]),
        (route.limit.is_some(), &["429", "503"]),
        (matches!(caller, Caller::SignedIn | Caller::Admin), &["401"]),
        (caller == Caller::Admin, &["403"]),
        (has_path, &["404"]),
        (has_query, &["400", "422"]),
        (has_body, &["400", "413", "415", "422"]),
        (has_parameter(ParameterIn::Header, "If-Match"), &["412"]),
        (has_parameter(ParameterIn::Header, "If-None-Match"), &["304"]),
    ];
    rules.iter().filter(|(applies, _)| *applies).flat_map(|(_, statuses)| *statuses).copied().collect()
}

fn rate_limit_description(group: Group, caller: Caller) -> String {
    let counted_by = match caller {
        Caller::Anyone => "IP address",
        Caller::OptionalToken => "user, or per IP address without a token",
        Caller::SignedIn | Caller::Admin => "user",
    };
    format!("Rate limit: `{}`, {} requests per minute per {counted_by}.", group.as_str(), group.per_minute())
}
