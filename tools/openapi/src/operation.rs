use http::Method;
use shared::{http::routes::Route, rate_limit::Group};
use utoipa::openapi::{
    PathItem, RefOr,
    path::{Operation, Parameter, ParameterIn},
};

use crate::{links, parameters, responses};

/// The role that a route takes, as `security(("bearer" = ["admin"]))` says it.
const ADMIN: &str = "admin";

/// Who may call a route, as its `security` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Anyone,
    /// With or without a token.
    Either,
    SignedIn,
    Admin,
}

pub(crate) const fn of<'a>(path: &'a PathItem, method: &Method) -> Option<&'a Operation> {
    match *method {
        Method::PUT => path.put.as_ref(),
        Method::POST => path.post.as_ref(),
        Method::PATCH => path.patch.as_ref(),
        Method::DELETE => path.delete.as_ref(),
        _ => path.get.as_ref(),
    }
}

pub(crate) const fn of_mut<'a>(path: &'a mut PathItem, method: &Method) -> &'a mut Option<Operation> {
    match *method {
        Method::PUT => &mut path.put,
        Method::POST => &mut path.post,
        Method::PATCH => &mut path.patch,
        Method::DELETE => &mut path.delete,
        _ => &mut path.get,
    }
}

/// What the function says of its route, and what follows from where it stands and what its handler takes.
pub(crate) fn complete(route: &Route, mut operation: Operation) -> Operation {
    let caller = caller(&operation);
    let id = id(route);
    add_parameters(route, &mut operation);
    for status in statuses(route, &operation, caller) {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(responses::empty);
    }
    responses::complete(&mut operation.responses, route.limit.is_some());
    links::add(&id, &mut operation.responses);
    if let Some(group) = route.limit {
        let limit = limit(group, caller);
        operation.description =
            Some(operation.description.map_or_else(|| limit.clone(), |text| text + "\n\n" + &limit));
    }
    operation.security.get_or_insert_default();
    operation.operation_id = Some(id);
    operation
}

/// The function's name. `customers-update` serves two methods: to replace is not to change.
fn id(route: &Route) -> String {
    match route.method {
        Method::PUT => route.function.replace("-update", "-replace"),
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
        Some(_) if is_optional => Caller::Either,
        Some(requirement) if requirement.to_string().contains(ADMIN) => Caller::Admin,
        Some(_) => Caller::SignedIn,
    }
}

fn add_parameters(route: &Route, operation: &mut Operation) {
    let of_path = parameters::of_path(route.path);
    let own = operation.parameters.take().unwrap_or_default();
    let all: Vec<_> = of_path.chain(own).collect();
    operation.parameters = Some(all).filter(|all| !all.is_empty());
}

/// The statuses that follow from what the handler takes and what stands around it.
fn statuses(route: &Route, operation: &Operation, caller: Caller) -> Vec<&'static str> {
    let takes = |place: ParameterIn, name: &str| {
        let is_it =
            |parameter: &Parameter| parameter.parameter_in == place && (name.is_empty() || parameter.name == name);
        operation
            .parameters
            .iter()
            .flatten()
            .any(|parameter| matches!(parameter, RefOr::T(parameter) if is_it(parameter)))
    };
    let has_path = route.path.contains('{');
    let has_query = takes(ParameterIn::Query, "");
    let has_body = operation.request_body.is_some();
    let rules: [(bool, &[&str]); 9] = [
        (true, &["500"]),
        (route.limit.is_some(), &["429", "503"]),
        (matches!(caller, Caller::SignedIn | Caller::Admin), &["401"]),
        (caller == Caller::Admin, &["403"]),
        (has_path, &["404"]),
        (has_query, &["400", "422"]),
        (has_body, &["400", "413", "415", "422"]),
        (takes(ParameterIn::Header, "If-Match"), &["412"]),
        (takes(ParameterIn::Header, "If-None-Match"), &["304"]),
    ];
    rules.iter().filter(|(holds, _)| *holds).flat_map(|(_, statuses)| *statuses).copied().collect()
}

fn limit(group: Group, caller: Caller) -> String {
    let counted_by = match caller {
        Caller::Anyone => "source address",
        Caller::Either => "user, else by source address",
        Caller::SignedIn | Caller::Admin => "user",
    };
    format!("Limit: `{}`, {} requests a minute, counted by {counted_by}.", group.as_str(), group.per_minute())
}
