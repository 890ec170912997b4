//! Entity tags (RFC 9110 §8.8.3): the `ETag` of a response, and the tags of `If-Match` and
//! `If-None-Match`.
//!
//! A resource with a version has that version as its tag, such as `"3"`. Any other resource has a
//! hash of the response body. All tags that this API sends are strong.

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE64URL_NOPAD;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;

use crate::domain::Version;

/// Returns the `ETag` of a version.
#[must_use]
pub fn version_etag(version: Version) -> HeaderValue {
    HeaderValue::from_str(&quoted(version)).unwrap_or_else(|_| HeaderValue::from_static("\"0\""))
}

/// Returns the `ETag` of a response body that is sent as JSON.
pub fn content_etag(body: &impl Serialize) -> HeaderValue {
    let tag = body_etag(&serde_json::to_vec(body).unwrap_or_default());
    HeaderValue::from_str(&tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// Returns the `ETag` of a serialized body: the first 128 bits of its SHA-256, in base64url.
pub(super) fn body_etag(body: &[u8]) -> String {
    format!("\"{}\"", BASE64URL_NOPAD.encode(&digest(&SHA256, body).as_ref()[..16]))
}

fn quoted(version: Version) -> String {
    format!("\"{}\"", version.0)
}

/// The value of an `If-Match` or `If-None-Match` header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum EntityTags {
    /// `*`: any current representation.
    Any,
    /// The listed tags.
    List(Vec<EntityTag>),
}

/// One tag of the list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct EntityTag {
    is_weak: bool,
    /// The opaque tag, quotes included.
    opaque: String,
}

impl EntityTags {
    /// Reads all lines of the header. Returns `None` when the request does not have it. Entries
    /// that are not entity tags match nothing and are left out.
    pub(super) fn read(headers: &HeaderMap, name: &HeaderName) -> Option<Self> {
        let lines = headers.get_all(name);
        lines.iter().next()?;
        let lines = lines.iter().filter_map(|line| line.to_str().ok());
        let entries: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        if entries == ["*"] {
            return Some(Self::Any);
        }
        Some(Self::List(entries.into_iter().filter_map(EntityTag::parse).collect()))
    }

    /// Compares strongly (RFC 9110 §8.8.3.2): a weak tag matches nothing.
    pub(super) fn matches_strongly(&self, etag: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::List(tags) => tags.iter().any(|tag| !tag.is_weak && tag.opaque.as_bytes() == etag.as_bytes()),
        }
    }

    /// Compares weakly (RFC 9110 §8.8.3.2): `W/"3"` matches `"3"`.
    pub(super) fn matches_weakly(&self, etag: &HeaderValue) -> bool {
        match self {
            Self::Any => true,
            Self::List(tags) => tags.iter().any(|tag| tag.opaque.as_bytes() == etag.as_bytes()),
        }
    }
}

impl EntityTag {
    fn parse(text: &str) -> Option<Self> {
        let (is_weak, opaque) = text.strip_prefix("W/").map_or((false, text), |opaque| (true, opaque));
        opaque.strip_prefix('"')?.strip_suffix('"')?;
        Some(Self { is_weak, opaque: opaque.to_owned() })
    }

    /// Returns the version that this strong tag stands for; `None` for a weak tag and for any other
    /// spelling than the one that [`version_etag`] gives, such as `"+3"` and `"03"`.
    pub(super) fn strong_version(&self) -> Option<Version> {
        let version = Version(self.opaque.trim_matches('"').parse().ok()?);
        (!self.is_weak && quoted(version) == self.opaque).then_some(version)
    }
}

#[cfg(test)]
mod tests {
    use http::header::IF_MATCH;

    use super::*;

    fn read(lines: &[&str]) -> Option<EntityTags> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, line.parse().unwrap());
        }
        EntityTags::read(&headers, &IF_MATCH)
    }

    fn listed(lines: &[&str]) -> Vec<EntityTag> {
        match read(lines) {
            Some(EntityTags::List(tags)) => tags,
            other => panic!("{other:?}"),
        }
    }

    fn versions(lines: &[&str]) -> Vec<u64> {
        listed(lines).iter().filter_map(EntityTag::strong_version).map(|version| version.0).collect()
    }

    #[test]
    fn tags_are_read_from_all_lines() {
        let lines = ["\"1\", W/\"2\"", "\"3\""];
        let tags: Vec<_> = listed(&lines).into_iter().map(|tag| (tag.is_weak, tag.opaque)).collect();
        assert_eq!(
            tags,
            [(false, "\"1\""), (true, "\"2\""), (false, "\"3\"")].map(|(weak, tag)| (weak, tag.to_owned()))
        );
        assert_eq!(versions(&lines), [1, 3]);
    }

    #[test]
    fn a_tag_in_another_spelling_is_not_a_version() {
        assert_eq!(versions(&["\"abc\", 4, \"+5\", \"06\", \"\", *, \"7\""]), [7]);
    }

    #[test]
    fn an_absent_header_has_no_tags_and_a_star_matches_anything() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["*"]), Some(EntityTags::Any));
    }

    #[test]
    fn equal_content_has_an_equal_tag_and_other_content_another() {
        assert_eq!(content_etag(&["a"]), content_etag(&["a"]));
        assert_ne!(content_etag(&["a"]), content_etag(&["b"]));
    }

    #[test]
    fn a_weak_tag_matches_weakly_only() {
        let etag = content_etag(&1);
        let text = etag.to_str().unwrap();
        let listed = |tag: &str| read(&["\"other\"", tag]).unwrap();
        assert!(listed(text).matches_strongly(&etag) && listed(text).matches_weakly(&etag));
        let weak = listed(&format!("W/{text}"));
        assert!(!weak.matches_strongly(&etag) && weak.matches_weakly(&etag));
        assert!(!listed("").matches_strongly(&etag) && !listed("").matches_weakly(&etag));
        let any = read(&["*"]).unwrap();
        assert!(any.matches_strongly(&etag) && any.matches_weakly(&etag));
    }
}
