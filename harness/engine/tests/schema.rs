//! The published JSON Schema: made from the types, and true of every file of records there is.
//!
//! `HEAPBOOK_UPDATE=1 cargo test --package heapbook-engine --test schema` writes it anew after a change of the types.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use boon::{Compiler, SchemaIndex, Schemas};
use common::{corpus, measure, project, scenario_toml};
use heapbook_engine::record::{Records, SCHEMA, schema};
use heapbook_engine::runtime::this_machine;
use serde_json::{Value, json};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The file of one schema version, with every field that the version began without.
fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema-{version}.json"))
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// A schema that has been compiled by a validator that shares no code with what made it.
struct Validator {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Validator {
    /// Of the schema as it is published, which lets fields pass that it does not know.
    fn published() -> Self {
        Validator::of(serde_json::from_str(&schema()).unwrap())
    }

    /// Of the schema with unknown fields refused, so that a field which it forgot is found.
    fn strict() -> Self {
        let mut schema = serde_json::from_str(&schema()).unwrap();
        refuse_unknown_fields(&mut schema);
        Validator::of(schema)
    }

    fn of(schema: Value) -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.add_resource("records.json", schema).unwrap();
        let index = compiler.compile("records.json", &mut schemas).unwrap();
        Validator { schemas, index }
    }

    fn refuses(&self, value: &Value) -> Option<String> {
        let error = self.schemas.validate(value, self.index).err()?;
        Some(format!("{error:#}"))
    }
}

fn refuse_unknown_fields(schema: &mut Value) {
    match schema {
        Value::Object(entries) => {
            if entries.contains_key("properties") {
                entries
                    .entry("additionalProperties")
                    .or_insert(Value::Bool(false));
            }
            entries.values_mut().for_each(refuse_unknown_fields);
        }
        Value::Array(values) => values.iter_mut().for_each(refuse_unknown_fields),
        _ => {}
    }
}

#[test]
fn the_published_schema_is_made_from_the_types() {
    let path = repository().join(format!("book/src/schema/records-{SCHEMA}.json"));
    if std::env::var_os("HEAPBOOK_UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, schema()).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == schema(),
        "{} is not what the types say: HEAPBOOK_UPDATE=1 cargo test --package heapbook-engine --test schema",
        path.display()
    );
}

#[test]
fn descriptions_are_for_readers_of_the_file_not_of_the_code() {
    let schema = schema();
    assert!(!schema.contains("[`") && !schema.contains("::"), "{schema}");
    assert!(schema.matches("\"description\"").count() > 100);
}

#[test]
fn machines_keep_their_ids() {
    let records = Records::read(&repository().join("book/records/reference.json")).unwrap();
    assert!(!records.machines.is_empty());
    for (id, machine) in records.machines {
        assert_eq!(
            machine.id(),
            id,
            "records of this machine would all be measured anew"
        );
    }
}

#[test]
fn the_reference_records_fit() {
    let reference = read(&repository().join("book/records/reference.json"));
    assert_eq!(Validator::strict().refuses(&reference), None);
}

#[test]
fn every_version_of_the_form_stays_readable() {
    for version in 1..=SCHEMA {
        let path = fixture(version);
        assert!(
            path.is_file(),
            "schema {version} has no fixture: keep a small file of it as {}, with the fields that it began without left out",
            path.display()
        );
        let records = Records::read(&path).unwrap();
        assert_eq!(read(&path)["schema"], version, "{}", path.display());
        assert_eq!(records.cells.len(), 4, "{}", path.display());
        let errors: Vec<usize> = records.cells.iter().map(|cell| cell.errors.len()).collect();
        assert_eq!(errors, [0, 0, 0, 1], "{}", path.display());
    }
}

#[test]
fn what_this_version_began_with_fits() {
    assert_eq!(Validator::strict().refuses(&read(&fixture(SCHEMA))), None);
}

#[test]
fn what_a_run_writes_fits() {
    let workload = "def one(n):\n    return n\n\n\ndef broken(n):\n    raise ValueError(n)\n";
    let root = project(&scenario_toml(&["one", "broken"]), workload);
    let machine = this_machine();
    let mut records = Records::default();
    for cell in measure(&corpus(root.path()), Duration::from_secs(10)) {
        records.insert(&machine, cell);
    }
    assert_eq!(records.cells.len(), 4);
    assert!(records.cells.iter().any(|cell| !cell.errors.is_empty()));
    let written: Value = serde_json::from_str(&records.to_json()).unwrap();
    assert_eq!(Validator::strict().refuses(&written), None);
}

#[test]
fn what_is_no_record_is_refused() {
    let validator = Validator::published();
    let whole = read(&fixture(1));
    assert_eq!(validator.refuses(&whole), None);
    let mistakes = [
        ("/cells/0/n", json!("1000")),
        ("/cells/0/n", json!(-1)),
        ("/cells/0/variant", json!("ruby.build_list")),
        ("/cells/0/effort", json!("thorough")),
        ("/cells/0/runtime/version", Value::Null),
        ("/cells/0/memory/processes/0/peak_bytes", json!(0.5)),
        ("/cells/3/errors/0/kind", json!("bad luck")),
        (
            "/cells/1/memory/processes/0/domains",
            json!({"heap": {"allocations": 0, "allocated_bytes": 0, "live_bytes": 0}}),
        ),
        ("/machines", json!([])),
    ];
    for (place, wrong) in mistakes {
        let mut broken = whole.clone();
        *broken.pointer_mut(place).unwrap() = wrong;
        assert!(validator.refuses(&broken).is_some(), "{place}");
    }
    let mut unknown = whole.clone();
    unknown["cells"][0]["moods"] = json!(1);
    assert_eq!(validator.refuses(&unknown), None, "later fields do no harm");
    assert!(Validator::strict().refuses(&unknown).is_some());
}
