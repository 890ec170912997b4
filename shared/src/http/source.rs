use std::net::IpAddr;

/// Where a request came from, as API Gateway saw it (`requestContext.http.sourceIp`), never as a header says, which the
/// caller can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceIp(pub IpAddr);
