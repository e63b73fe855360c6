//! Feeds: rows of a file that become inputs (`x-proofmark-feed`).

use std::path::Path;

use serde_json::{Map, Value};

use crate::arazzo::{Feed, FeedFormat};
use crate::document::{Document, read_text};

/// How many rows one file may have.
const MOST_ROWS: usize = 100_000;

/// The rows of a feed, whose file is named relative to a folder. An error says what is wrong, with the
/// line.
pub(super) fn rows(feed: &Feed, folder: &Path) -> Result<Vec<Map<String, Value>>, String> {
    let path = folder.join(&feed.file);
    let shown = path.display();
    let text = read_text(&path).map_err(|error| format!("`{shown}`: {error}"))?;
    let rows = match feed.format {
        FeedFormat::Csv => csv_rows(&text),
        FeedFormat::Ndjson => json_rows(&text),
    };
    let rows = rows.map_err(|(line, error)| format!("`{shown}` line {line}: {error}"))?;
    match rows.len() {
        0 => Err(format!("`{shown}` has no rows")),
        count if count > MOST_ROWS => Err(format!("`{shown}` has more than {MOST_ROWS} rows")),
        _ => Ok(rows),
    }
}

type Rows = Result<Vec<Map<String, Value>>, (usize, String)>;

fn csv_rows(text: &str) -> Rows {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::Headers)
        .from_reader(text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes());
    let line = |error: &csv::Error| {
        let at = error.position().map_or(1, csv::Position::line);
        usize::try_from(at).unwrap_or(usize::MAX)
    };
    let names = reader
        .headers()
        .map_err(|error| (line(&error), error.to_string()))?
        .clone();
    let records = reader.records().map(|record| {
        let record = record.map_err(|error| (line(&error), error.to_string()))?;
        let members = names.iter().zip(record.iter());
        Ok(members
            .map(|(name, cell)| (name.to_owned(), Value::from(cell)))
            .collect())
    });
    records.collect()
}

fn json_rows(text: &str) -> Rows {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    let rows = lines.map(|(index, line)| {
        // By this name the text is JSON and nothing else.
        let document = Document::parse("row.json", line);
        match document.map(|document| document.value) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err((index + 1, "a row is an object".to_owned())),
            Err(error) => Err((index + 1, error.to_string())),
        }
    });
    rows.collect()
}
