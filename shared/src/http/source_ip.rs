use std::net::IpAddr;

/// The client's IP address, in the request's extensions.
///
/// It is the `requestContext.http.sourceIp` of API Gateway, and never a header that the client can
/// forge. Behind CloudFront, [`edge`](super::middleware::edge) replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceIp(pub IpAddr);
