//! Why a value was refused.

/// Why a value cannot become the type it was meant to be. It does not know the field it came from: whoever reads the
/// field adds the name and makes it a [`FieldError`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// For programs: a stable word such as `too_long`.
    pub code: &'static str,
    /// For people: one sentence without the value itself.
    pub message: String,
}

impl Invalid {
    /// A reason with its stable code.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The same reason, at a field.
    pub fn at(self, field: impl Into<String>) -> FieldError {
        FieldError { field: field.into(), code: self.code, message: self.message }
    }
}

/// One fault of a request: the field, and why its value was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the client wrote it.
    pub field: String,
    /// For programs: a stable word such as `too_long`.
    pub code: &'static str,
    /// For people: one sentence without the value itself.
    pub message: String,
}

/// A text of one line: 1 to `max` characters after trimming, no control characters (a line break could forge a line in a log
/// or an export).
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
