//! What a command answers, before it has a form: lines, lists, tables and code. Texts stand here as
//! they came, from wherever: each form makes them inert by itself, in `render`.

use heapbook_model::{Measured, Unit};
use serde_json::Value as Json;

use crate::display;

/// What a command answers.
#[derive(Debug, Default)]
pub struct Document {
    pub(crate) blocks: Vec<Block>,
    pub(crate) summary: Option<Block>,
    pub(crate) data: Option<Json>,
}

#[derive(Debug)]
pub(crate) enum Block {
    Line(String),
    List { heading: String, items: Vec<String> },
    Table(Table),
    Code { label: String, text: String },
}

impl Document {
    /// A document for programs alone, which have it as JSON.
    pub fn of_data(data: Json) -> Self {
        Document {
            data: Some(data),
            ..Document::default()
        }
    }

    /// Adds a sentence.
    pub fn line(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Line(text.into()));
    }

    /// Adds what stands below a heading; nothing if there are no items.
    pub fn list(&mut self, heading: impl Into<String>, items: Vec<String>) {
        if !items.is_empty() {
            let heading = heading.into();
            self.blocks.push(Block::List { heading, items });
        }
    }

    /// Adds a table.
    pub fn table(&mut self, table: Table) {
        self.blocks.push(Block::Table(table));
    }

    /// Adds a text whose line breaks and blanks count, such as a program or a traceback.
    pub fn code(&mut self, label: impl Into<String>, text: impl Into<String>) {
        let (label, text) = (label.into(), text.into());
        self.blocks.push(Block::Code { label, text });
    }

    /// Sets the sentence that sums up. It stands where each form is read first: at the end of what
    /// a terminal shows, at the beginning of a comment.
    pub fn summary(&mut self, text: impl Into<String>) {
        self.summary = Some(Block::Line(text.into()));
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }
}

/// Rows below a line of titles. It holds what people read and what programs read, of which either
/// may have columns and rows of its own.
#[derive(Debug)]
pub struct Table {
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Field>>,
}

impl Table {
    /// A table without rows.
    pub fn new(columns: impl Into<Vec<Column>>) -> Self {
        Table {
            caption: String::new(),
            columns: columns.into(),
            rows: Vec::new(),
        }
    }

    /// The same below a line that says what it is about.
    pub fn captioned(caption: impl Into<String>, columns: impl Into<Vec<Column>>) -> Self {
        Table {
            caption: caption.into(),
            ..Table::new(columns)
        }
    }

    /// Adds a row: a field for each column.
    pub fn push(&mut self, row: impl Into<Vec<Field>>) {
        let row = row.into();
        debug_assert_eq!(row.len(), self.columns.len(), "{row:?}");
        self.rows.push(row);
    }

    /// The fields that people read, by row; rows that show nothing are for programs.
    pub(crate) fn shown(&self) -> Vec<Vec<&Field>> {
        let rows = self.rows.iter();
        let rows = rows.map(|row| self.of(row, |column| column.title.is_some()));
        rows.filter(|row| row.iter().any(|field| !field.shown.is_empty()))
            .collect()
    }

    /// The fields that programs read, by row, without rows that hold none.
    pub(crate) fn data(&self) -> impl Iterator<Item = Vec<&Json>> {
        let rows = self.rows.iter();
        let rows = rows.map(|row| self.of(row, |column| column.key.is_some()));
        rows.map(|row| row.iter().map(|field| &field.data).collect::<Vec<_>>())
            .filter(|row| row.iter().any(|data| !data.is_null()))
    }

    pub(crate) fn keys(&self) -> Vec<&'static str> {
        self.columns.iter().filter_map(|column| column.key).collect()
    }

    fn of<'t>(&self, row: &'t [Field], is_wanted: impl Fn(&Column) -> bool) -> Vec<&'t Field> {
        let fields = self.columns.iter().zip(row);
        fields
            .filter(|(column, _)| is_wanted(column))
            .map(|(_, field)| field)
            .collect()
    }
}

/// What a column is called: by people, by programs, or by both.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub(crate) title: Option<&'static str>,
    pub(crate) key: Option<&'static str>,
    pub(crate) is_number: bool,
}

impl Column {
    /// A column of words. Programs do not read one whose key is empty.
    pub const fn words(title: &'static str, key: &'static str) -> Self {
        Column {
            title: Some(title),
            key: if key.is_empty() { None } else { Some(key) },
            is_number: false,
        }
    }

    /// The same of numbers, which stand on the right.
    pub const fn numbers(title: &'static str, key: &'static str) -> Self {
        Column {
            is_number: true,
            ..Column::words(title, key)
        }
    }

    /// A column that programs alone read.
    pub const fn data(key: &'static str) -> Self {
        Column {
            title: None,
            ..Column::words("", key)
        }
    }
}

/// How a text is set off, where a form can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// Not at all.
    #[default]
    Plain,
    /// For what must not be overlooked.
    Strong,
    /// For what one looks for.
    Good,
    /// For its opposite.
    Bad,
    /// For what tells nothing.
    Faint,
}

/// A field of a table: what people read, and what programs read.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// The text that people read.
    pub shown: String,
    /// How it is set off.
    pub tone: Tone,
    /// The same for programs, with nothing rounded.
    pub data: Json,
}

impl Field {
    /// What programs alone read.
    pub fn data(data: impl Into<Json>) -> Self {
        Field {
            data: data.into(),
            ..Field::default()
        }
    }

    /// What people alone read.
    pub fn shown(text: impl Into<String>) -> Self {
        Field {
            shown: text.into(),
            ..Field::default()
        }
    }

    /// A whole number.
    pub fn count(count: u64) -> Self {
        Field {
            shown: display::size(count),
            ..Field::data(count)
        }
    }

    /// What was measured; empty where nothing was.
    pub fn figure(unit: Unit, figure: Option<Measured>) -> Self {
        figure.map_or_else(Field::default, |figure| Field {
            shown: display::measured(unit, figure),
            ..Field::data(match figure {
                Measured::Exact(value) => Json::from(value),
                Measured::Range { low, high } => Json::from(format!("{low}..{high}")),
                Measured::AtLeast(value) => Json::from(format!(">={value}")),
                Measured::Estimate { median, .. } => Json::from(tenths(median)),
            })
        })
    }

    /// A number of bytes.
    pub fn bytes(value: i64) -> Self {
        Field::figure(Unit::Bytes, Some(Measured::Exact(value)))
    }
}

/// An estimate to a tenth, which is more than it tells.
pub fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

impl<T: Into<String>> From<T> for Field {
    fn from(text: T) -> Self {
        let text = text.into();
        Field {
            shown: text.clone(),
            ..Field::data(text)
        }
    }
}
