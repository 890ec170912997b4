//! Events as CSV (RFC 4180), for spreadsheets.
//!
//! A spreadsheet evaluates a cell that begins like a formula, and most cells contain text from
//! clients. Such a cell is prefixed with an apostrophe
//! (<https://owasp.org/www-community/attacks/CSV_Injection>).

use csv::{Error, QuoteStyle, WriterBuilder};

use super::EventView;

const COLUMNS: [&str; 12] = [
    "id",
    "at",
    "action",
    "outcome",
    "actor_id",
    "actor_email",
    "actor_ip",
    "actor_user_agent",
    "target_type",
    "target_id",
    "changes",
    "request_id",
];

/// Returns a header line and one line per event.
pub(super) fn table(events: &[EventView]) -> Result<Vec<u8>, Error> {
    let mut table = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(Vec::new());
    table.write_record(COLUMNS)?;
    for event in events {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let changes = if event.changes.is_empty() { None } else { serde_json::to_string(&event.changes).ok() };
        let cells: [String; 12] = [
            event.id.clone(),
            event.at.clone(),
            event.action.to_owned(),
            event.outcome.to_owned(),
            text(&event.actor.id),
            text(&event.actor.email),
            text(&event.actor.ip),
            text(&event.actor.user_agent),
            event.target.r#type.to_owned(),
            text(&event.target.id),
            changes.unwrap_or_default(),
            event.request_id.clone(),
        ];
        table.write_record(cells.iter().map(|cell| escape(cell)))?;
    }
    table.into_inner().map_err(|error| Error::from(error.into_error()))
}

/// Inserts an apostrophe before each character that could begin a formula: at the start of the
/// cell, and after a character that some spreadsheets treat as the end of a cell even within
/// quotes.
fn escape(cell: &str) -> String {
    // Some spreadsheets accept the full-width forms, too.
    const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let (mut text, mut at_start) = (String::with_capacity(cell.len() + 1), true);
    for c in cell.chars() {
        if at_start && FORMULA_STARTS.contains(&c) {
            text.push('\'');
        }
        text.push(c);
        at_start = matches!(c, ';' | '\t');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_becomes_text() {
        for cell in ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "＝1"] {
            assert_eq!(escape(cell), format!("'{cell}"));
        }
        assert_eq!(escape("x;=1\t+2"), "x;'=1\t'+2");
        for cell in ["", "a=1; b", "Mozilla/5.0", "{\"title\":\"=1\"}", "'"] {
            assert_eq!(escape(cell), cell);
        }
    }
}
