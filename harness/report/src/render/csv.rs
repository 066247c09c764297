//! CSV, for programs.

use serde_json::Value;

use crate::document::{Block, Document};
use crate::visible::visible;

/// The rows of the tables as RFC 4180 has them, below a line of keys.
pub fn csv(document: &Document) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut write = |record: &[String]| writer.write_record(record).expect("memory takes every record");
    let mut above = Vec::new();
    for block in &document.blocks {
        let Block::Table(table) = block else { continue };
        let keys = table.columns.iter().filter_map(|column| column.key);
        let keys: Vec<String> = keys.map(str::to_owned).collect();
        if keys != above {
            write(&keys);
        }
        let rows = table.rows(|column, field| column.key.map(|_| text(&field.data)));
        rows.filter(|row| row.iter().any(|text| !text.is_empty()))
            .for_each(|row| write(&row));
        above = keys;
    }
    let bytes = writer.into_inner().expect("memory takes every record");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn text(data: &Value) -> String {
    match data {
        Value::Null => String::new(),
        Value::String(text) => visible(text).into_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Column, Field, Table};

    fn table(key: &'static str) -> Table {
        let mut table = Table::new([
            Column::numbers("n", key),
            Column::words("shown", ""),
            Column::data("code"),
        ]);
        table.push([
            Field::data(1_000).shown("1,000"),
            "a".into(),
            Field::data("x, \"y\"\n\x1b"),
        ]);
        table.push([Field::default().shown("total"), "b".into(), Field::default()]);
        table
    }

    #[test]
    fn programs_read_keys_and_unrounded_data_and_no_row_for_people() {
        let rows = "1000,\"x, \"\"y\"\"\n\\x1b\"\n";
        assert_eq!(csv(&table("n").into()), format!("n,code\n{rows}"));
        let mut document = Document::from(table("n"));
        document.line("A remark.");
        document.table(table("n"));
        document.table(table("size"));
        assert_eq!(csv(&document), format!("n,code\n{rows}{rows}size,code\n{rows}"));
    }
}
