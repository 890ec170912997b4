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

/// The router, fed with API Gateway's requests. The event's source address is handed on as a [`SourceIp`]; nothing else of
/// the event reaches a handler. The answer is gathered into one piece, which is how it leaves the function.
pub(super) fn with_source(
    router: Router,
) -> impl Service<lambda_http::Request, Response = Response<Full<Bytes>>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ 'static {
    router.map_request(note_source).and_then(gather)
}

fn note_source(mut request: lambda_http::Request) -> lambda_http::Request {
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

async fn gather(response: Response<Body>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (mut parts, body) = response.into_parts();
    join_lines(&mut parts.headers);
    // Every body is made in memory by a handler; none of them can fail half-way.
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Ok(Response::from_parts(parts, Full::new(bytes)))
}

/// `lambda_http` sends one line of each header and loses the others. Lines of one name say the same as one line with commas
/// (RFC 9110 §5.3), but for `Set-Cookie`, which it sends in a list of its own.
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
    fn lines_of_one_name_become_one_and_cookies_stay_apart() {
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
    fn the_source_is_what_api_gateway_saw_and_not_what_a_header_says() {
        let event = include_str!("../../../infra/events/auth-login.json");
        let mut event: serde_json::Value = serde_json::from_str(event).unwrap();
        event["headers"]["x-forwarded-for"] = "203.0.113.99".into();
        event["requestContext"]["http"]["sourceIp"] = "192.0.2.44".into();
        let request = note_source(lambda_http::request::from_str(&event.to_string()).unwrap());
        assert_eq!(request.extensions().get(), Some(&SourceIp([192, 0, 2, 44].into())));
    }
}
