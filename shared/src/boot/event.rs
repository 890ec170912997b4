use std::{convert::Infallible, net::IpAddr};

use axum::{
    Router,
    body::{Body, Bytes},
};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use lambda_http::request::RequestContext;
use tower::{Service, ServiceExt};

use crate::http::SourceIp;

/// Adapts the router to API Gateway's events. The event's source IP address becomes a [`SourceIp`];
/// nothing else of the event's context reaches a handler. The response body is collected, because
/// Lambda sends it as a whole.
pub(super) fn with_source(
    router: Router,
) -> impl Service<lambda_http::Request, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ 'static {
    router.map_request(insert_source_ip).and_then(collect_body)
}

fn insert_source_ip(mut request: lambda_http::Request) -> lambda_http::Request {
    if let Some(ip) = source_ip(&request) {
        request.extensions_mut().insert(SourceIp(ip));
    }
    request
}

fn source_ip<B>(request: &Request<B>) -> Option<IpAddr> {
    match request.extensions().get::<RequestContext>()? {
        RequestContext::ApiGatewayV2(context) => context.http.source_ip.as_deref()?.parse().ok(),
        _ => None,
    }
}

async fn collect_body(response: Response<Body>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (mut parts, body) = response.into_parts();
    join_lines(&mut parts.headers);
    // Handlers create all bodies in memory, so reading one cannot fail.
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Ok(Response::from_parts(parts, Full::new(bytes)))
}

/// Joins the lines of a header with commas, which is equivalent (RFC 9110 §5.3), because
/// `lambda_http` would send the first line only. It supports several lines of `Set-Cookie`.
fn join_lines(headers: &mut HeaderMap) {
    let has_more = |name: &&HeaderName| *name != header::SET_COOKIE && headers.get_all(*name).iter().nth(1).is_some();
    let names: Vec<HeaderName> = headers.keys().filter(has_more).cloned().collect();
    for name in names {
        let lines: Vec<&[u8]> = headers.get_all(&name).iter().map(HeaderValue::as_bytes).collect();
        if let Ok(joined) = HeaderValue::from_bytes(&lines.join(&b", "[..])) {
            headers.insert(name, joined);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_header_are_joined_except_cookies() {
        let lines =
            [("vary", "origin"), ("set-cookie", "a=1"), ("vary", "accept"), ("etag", "\"1\""), ("set-cookie", "b=2")];
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name, HeaderValue::from_static(value));
        }
        join_lines(&mut headers);
        let all = |name: &str| headers.get_all(name).iter().map(|line| line.to_str().unwrap()).collect::<Vec<_>>();
        assert_eq!(all("vary"), ["origin, accept"]);
        assert_eq!(all("set-cookie"), ["a=1", "b=2"]);
        assert_eq!(all("etag"), ["\"1\""]);
    }

    #[test]
    fn the_source_ip_comes_from_api_gateway_and_not_from_a_header() {
        let event = include_str!("../../../functions/auth-login/event.json");
        let mut event: serde_json::Value = serde_json::from_str(event).unwrap();
        event["headers"]["x-forwarded-for"] = "203.0.113.99".into();
        event["requestContext"]["http"]["sourceIp"] = "192.0.2.44".into();
        let request = insert_source_ip(lambda_http::request::from_str(&event.to_string()).unwrap());
        assert_eq!(request.extensions().get(), Some(&SourceIp([192, 0, 2, 44].into())));
    }
}
