use super::{ConfigError, Variables, url::is_valid_base_url};

/// `CATALOG_KIND` and `CATALOG_URL`: the API and the URL of the product catalogue.
#[derive(Debug, Clone)]
pub struct CatalogConfig {
    /// The catalogue's API.
    pub kind: CatalogKind,
    /// The base URL, optionally with a path and a trailing slash.
    pub url: String,
}

/// The supported catalogue APIs. Each has an adapter in `upstream/catalog/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogKind {
    /// Ids are UUIDs, and pages are numbered.
    Luizalabs,
    /// Ids are integers. There are no pages.
    Fakestore,
    /// Ids are integers, and pages are numbered.
    Simple,
}

impl CatalogConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// A variable is missing, the kind is unknown, or the URL is neither HTTPS nor on the local
    /// machine.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let kind = match variables.required("CATALOG_KIND")? {
            "luizalabs" => CatalogKind::Luizalabs,
            "fakestore" => CatalogKind::Fakestore,
            "simple" => CatalogKind::Simple,
            _ => {
                let expected = "luizalabs, fakestore or simple";
                return Err(ConfigError::Invalid { name: "CATALOG_KIND", expected });
            }
        };
        let url = variables.required("CATALOG_URL")?.to_owned();
        if is_valid_base_url(&url) {
            Ok(Self { kind, url })
        } else {
            Err(ConfigError::Invalid { name: "CATALOG_URL", expected: "an https:// address without a query" })
        }
    }
}

/// `CATALOG_MAX_RPS`: the maximum number of products refreshed per second, by all workers together.
/// The default is 10.
#[derive(Debug, Clone, Copy)]
pub struct CatalogRateConfig {
    /// The rate: 2 to 1000. The minimum gives each of the two workers one request a second.
    pub max_rps: u32,
}

impl CatalogRateConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The value is not a whole number from 2 to 1000.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let (name, expected) = ("CATALOG_MAX_RPS", "a whole number from 2 to 1000");
        let max_rps = variables.parsed_or(name, expected, 10)?;
        if (2..=1000).contains(&max_rps) { Ok(Self { max_rps }) } else { Err(ConfigError::Invalid { name, expected }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, url: &str) -> Result<CatalogConfig, ConfigError> {
        CatalogConfig::read(&Variables::from_iter([("CATALOG_KIND", kind), ("CATALOG_URL", url)]))
    }

    #[test]
    fn a_catalogue_needs_a_known_kind_and_an_https_or_local_url() {
        let local = "http://127.0.0.1:9004/fakestore/";
        assert_eq!(read("fakestore", local).unwrap().kind, CatalogKind::Fakestore);
        assert_eq!(read("fakestore", local).unwrap().url, local);
        assert_eq!(read("luizalabs", "https://example.com").unwrap().kind, CatalogKind::Luizalabs);
        assert_eq!(read("simple", "http://localhost:9004").unwrap().kind, CatalogKind::Simple);
        let error = |kind, url| read(kind, url).unwrap_err().to_string();
        assert!(error("Fakestore", local).contains("CATALOG_KIND"));
        assert!(error("", local).contains("CATALOG_KIND"));
        assert!(error("simple", "").contains("CATALOG_URL"));
        assert!(error("simple", "http://example.com").contains("CATALOG_URL"));
    }

    #[test]
    fn a_rate_is_a_whole_number_from_2_to_1000() {
        let read = |text| CatalogRateConfig::read(&Variables::from_iter([("CATALOG_MAX_RPS", text)]));
        assert_eq!(read("").unwrap().max_rps, 10);
        assert_eq!(read("2").unwrap().max_rps, 2);
        assert_eq!(read("1000").unwrap().max_rps, 1000);
        for invalid in ["0", "1", "1001", "-2", "2.5", "many", "99999999999"] {
            assert!(read(invalid).is_err(), "{invalid}");
        }
    }
}
