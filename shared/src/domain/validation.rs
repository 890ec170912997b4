//! Validation errors.

/// The reason why a value is invalid. [`Invalid::at`] adds the name of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// A stable code for programs, such as `too_long`.
    pub code: &'static str,
    /// A message for people. Never contains the value.
    pub message: String,
}

impl Invalid {
    /// Creates a reason.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Adds the name of the field.
    pub fn at(self, field: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), code: self.code, message: self.message }
    }
}

/// A validation error of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the field as the client sent it.
    pub field: String,
    /// A stable code for programs, such as `too_long`.
    pub code: &'static str,
    /// A message for people. Never contains the value.
    pub message: String,
}

/// Parses a single-line text: 1 to `max` characters after trimming, no control characters. A line
/// break could forge a line in a log or an export.
pub(super) fn one_line(text: &str, max: usize) -> Result<String, Invalid> {
    let line = text.trim();
    if line.is_empty() {
        return Err(Invalid::new("empty", "must not be empty"));
    }
    if line.chars().count() > max {
        return Err(Invalid::new("too_long", format!("must have at most {max} characters")));
    }
    if line.chars().any(char::is_control) {
        return Err(Invalid::new("control_character", "must not contain control characters"));
    }
    Ok(line.to_owned())
}
