use super::{ConfigError, Variables};

/// `TABLE_NAME`. `boot` reads the region, the credentials and the endpoint of all AWS clients.
#[derive(Debug, Clone)]
pub struct TableConfig {
    /// The table's name.
    pub name: String,
}

impl TableConfig {
    /// Reads the configuration.
    ///
    /// # Errors
    /// The name is missing.
    pub fn read(variables: &Variables) -> Result<Self, ConfigError> {
        Ok(Self { name: variables.required("TABLE_NAME")?.to_owned() })
    }
}
