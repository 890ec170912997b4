/// The `Link` header to the next page (RFC 8288), relative to the server: the same query with another cursor.
///
/// `query` holds the parameters to keep. They are our own words and base64url, so nothing needs escaping.
#[must_use]
pub fn next_link(path: &str, query: &[(&str, String)], cursor: &str) -> String {
    let mut parameters: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    parameters.push(format!("cursor={cursor}"));
    format!("<{path}?{}>; rel=\"next\"", parameters.join("&"))
}
