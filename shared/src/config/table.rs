use super::{ConfigError, Variables};

/// `TABLE_NAME`. The AWS SDK itself reads the region, the credentials and a local endpoint
/// (`AWS_REGION`, `AWS_ENDPOINT_URL_DYNAMODB`, ...):
/// <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>.
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
