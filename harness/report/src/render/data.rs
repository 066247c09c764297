//! What programs read: CSV and JSON.

use serde_json::{Map, Value as Json};

use crate::document::{Document, Table};
use crate::visible::{visible, visible_json};

/// The rows of the tables as RFC 4180 has them, below a line of keys.
pub fn csv(document: &Document) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut above = Vec::new();
    for table in document.tables() {
        let keys = table.keys();
        let head = (keys != above).then(|| keys.iter().map(|key| (*key).to_owned()).collect());
        let rows = table.data().map(|row| row.into_iter().map(text).collect());
        for record in head.into_iter().chain(rows) {
            let record: Vec<String> = record;
            writer.write_record(record).expect("memory takes every record");
        }
        above = keys;
    }
    let bytes = writer.into_inner().expect("memory takes every record");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn text(data: &Json) -> String {
    match data {
        Json::Null => String::new(),
        Json::String(text) => visible(text).into_owned(),
        other => other.to_string(),
    }
}

/// The document's data, indented; or else the rows of its tables, by key.
pub fn json(document: &Document) -> String {
    let object = |table: &Table, row: Vec<&Json>| -> Map<String, Json> {
        let keys = table.keys().into_iter().map(str::to_owned);
        keys.zip(row.into_iter().cloned()).collect()
    };
    let rows = || {
        let rows = document
            .tables()
            .flat_map(|table| table.data().map(move |row| object(table, row)));
        rows.collect()
    };
    let data = document.data.clone().unwrap_or_else(rows);
    visible_json(&format!("{data:#}\n")).into_owned()
}
