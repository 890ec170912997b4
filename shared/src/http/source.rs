use std::net::IpAddr;

/// Where a request came from, as API Gateway saw it (`requestContext.http.sourceIp`), never as a header says, which the
/// caller can write; behind CloudFront, as [`edge`](super::middleware::edge) says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceIp(pub IpAddr);
