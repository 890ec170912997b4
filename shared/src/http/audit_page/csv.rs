//! Events as a table (RFC 4180), for spreadsheets.
//!
//! A spreadsheet takes a cell that begins like a formula for one and runs it, and most cells hold what a stranger wrote: such
//! a cell gets an apostrophe before it (<https://owasp.org/www-community/attacks/CSV_Injection>).

use csv::{Error, QuoteStyle, WriterBuilder};

use super::WireEvent;

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

/// The table: a line of names, and a line for each event.
pub(super) fn table(events: &[WireEvent]) -> Result<Vec<u8>, Error> {
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
        table.write_record(cells.iter().map(|cell| harmless(cell)))?;
    }
    table.into_inner().map_err(|error| Error::from(error.into_error()))
}

/// An apostrophe goes before whatever would begin a formula: at the beginning of the cell, and behind what some spreadsheets
/// take for the end of a cell, whatever stands in quotes.
fn harmless(cell: &str) -> String {
    // The full-width forms are formulas to some spreadsheets too.
    const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let (mut text, mut begins) = (String::with_capacity(cell.len() + 1), true);
    for c in cell.chars() {
        if begins && SIGNS.contains(&c) {
            text.push('\'');
        }
        text.push(c);
        begins = matches!(c, ';' | '\t');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_becomes_text() {
        for cell in ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "＝1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        assert_eq!(harmless("x;=1\t+2"), "x;'=1\t'+2");
        for cell in ["", "a=1; b", "Mozilla/5.0", "{\"title\":\"=1\"}", "'"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
