//! Conditional requests (RFC 9110 §13). The strong `ETag` of a single thing is its version: `"3"`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};

use crate::{domain::Version, store};

/// The `ETag` of a version.
#[must_use]
pub fn etag(version: Version) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{}\"", version.0)).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

/// What the client asks of the thing that it changes. Without the header, only that it is there.
#[derive(Debug)]
pub struct IfMatch(pub store::IfMatch);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(match tags(&parts.headers, &header::IF_MATCH) {
            None | Some(Tags::Any) => store::IfMatch::Exists,
            // If-Match compares strongly: a weak tag matches nothing.
            Some(Tags::List(tags)) => {
                store::IfMatch::Versions(tags.into_iter().filter(|tag| !tag.weak).map(|tag| tag.version).collect())
            }
        }))
    }
}

/// Which versions the client has already.
#[derive(Debug)]
pub struct IfNoneMatch(Option<Tags>);

impl IfNoneMatch {
    /// The client has this version: 304 instead of sending it again. If-None-Match compares weakly.
    #[must_use]
    pub fn has(&self, version: Version) -> bool {
        match &self.0 {
            None => false,
            Some(Tags::Any) => true,
            Some(Tags::List(tags)) => tags.iter().any(|tag| tag.version == version),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(tags(&parts.headers, &header::IF_NONE_MATCH)))
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Tags {
    Any,
    List(Vec<Tag>),
}

#[derive(Debug, PartialEq, Eq)]
struct Tag {
    weak: bool,
    version: Version,
}

/// More tags than anyone sends; DynamoDB compares with at most 100 values.
const MAX_TAGS: usize = 95;

/// Reads a list of tags. A tag that is none of ours matches nothing, so it can be left out.
fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Tags> {
    let mut lines = headers.get_all(name).iter().peekable();
    lines.peek()?;
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    let entries: Vec<&str> = lines.iter().flat_map(|line| line.split(',')).map(str::trim).collect();
    if entries == ["*"] {
        return Some(Tags::Any);
    }
    Some(Tags::List(entries.into_iter().filter_map(tag).take(MAX_TAGS).collect()))
}

fn tag(text: &str) -> Option<Tag> {
    let (weak, quoted) = text.strip_prefix("W/").map_or((false, text), |quoted| (true, quoted));
    let digits = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let version = Version(digits.parse().ok()?);
    // Only the spelling that we give out: "+3" and "03" are somebody else's.
    (version.0.to_string() == digits).then_some(Tag { weak, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Option<Tags> {
        let pairs = lines.iter().map(|line| (header::IF_MATCH, line.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append::<HeaderName>(name, value);
        }
        tags(&headers, &header::IF_MATCH)
    }

    fn versions(lines: &[&str]) -> Vec<(bool, u64)> {
        match read(lines) {
            Some(Tags::List(tags)) => tags.into_iter().map(|tag| (tag.weak, tag.version.0)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tags_are_read_from_all_lines() {
        assert_eq!(versions(&["\"1\", W/\"2\"", "\"3\""]), [(false, 1), (true, 2), (false, 3)]);
    }

    #[test]
    fn a_foreign_tag_matches_nothing() {
        assert_eq!(versions(&["\"abc\", 4, \"+5\", \"06\", \"\", *, \"7\""]), [(false, 7)]);
    }

    #[test]
    fn no_header_asks_nothing_and_a_star_asks_for_existence() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["*"]), Some(Tags::Any));
    }
}
