//! The form of a records file, as a JSON Schema that is made from the types.

use schemars::generate::SchemaSettings;

use super::{Records, SCHEMA};

/// The JSON Schema (draft 2020-12) of the records that this harness reads and writes, as text with a line feed at its end.
///
/// Fields that came later are not required, so that older files of the same version fit. Descriptions are the types' own
/// documentation.
pub fn schema() -> String {
    let mut schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Records>();
    schema.insert(
        "title".to_owned(),
        format!("Heapbook records, schema {SCHEMA}").into(),
    );
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema has only string keys");
    text.push('\n');
    text
}
