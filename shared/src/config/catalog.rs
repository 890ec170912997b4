use super::{ConfigError, Variables, address};

/// `CATALOG_KIND` and `CATALOG_URL`: which catalogue products come from.
#[derive(Debug, Clone)]
pub struct CatalogConfig {
    /// Which shape it has.
    pub kind: CatalogKind,
    /// Its root, with or without a path and a slash at the end.
    pub url: String,
}

/// The shapes that catalogues have; `upstream/catalog/` reads each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CatalogKind {
    /// Ids are UUIDs, pages are numbered.
    Luizalabs,
    /// Ids are numbers; there are no pages.
    Fakestore,
    /// Ids are numbers, pages are numbered.
    Simple,
}

impl CatalogConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// A variable is missing, the kind is none of the known ones, or the address is neither HTTPS nor on this machine.
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
        if address::is_trusted(&url) {
            Ok(Self { kind, url })
        } else {
            Err(ConfigError::Invalid { name: "CATALOG_URL", expected: "an https:// address without a query" })
        }
    }
}

/// `CATALOG_MAX_RPS`, 10 by default: how many products are refreshed in a second, over all workers.
#[derive(Debug, Clone, Copy)]
pub struct CatalogRateConfig {
    /// From 2, one for each of the two workers, to 1000.
    pub max_rps: u32,
}

impl CatalogRateConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Not a whole number from 2 to 1000.
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
    fn a_catalogue_has_a_known_kind_and_a_trusted_address() {
        let local = "http://127.0.0.1:9004/fakestore/";
        assert_eq!(read("fakestore", local).unwrap().kind, CatalogKind::Fakestore);
        assert_eq!(read("fakestore", local).unwrap().url, local);
        assert_eq!(read("luizalabs", "https://example.com").unwrap().kind, CatalogKind::Luizalabs);
        assert_eq!(read("simple", "http://localhost:9004").unwrap().kind, CatalogKind::Simple);
        let named = |kind, url| read(kind, url).unwrap_err().to_string();
        assert!(named("Fakestore", local).contains("CATALOG_KIND"));
        assert!(named("", local).contains("CATALOG_KIND"));
        assert!(named("simple", "").contains("CATALOG_URL"));
        assert!(named("simple", "http://example.com").contains("CATALOG_URL"));
    }

    #[test]
    fn a_rate_is_a_whole_number_from_2_to_1000() {
        let read = |text| CatalogRateConfig::read(&Variables::from_iter([("CATALOG_MAX_RPS", text)]));
        assert_eq!(read("").unwrap().max_rps, 10);
        assert_eq!(read("2").unwrap().max_rps, 2);
        assert_eq!(read("1000").unwrap().max_rps, 1000);
        for bad in ["0", "1", "1001", "-2", "2.5", "many", "99999999999"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
