//! What a command answers, before it has a form: lines, lists, tables and code. Texts stand here as
//! they came, from wherever: each form makes them inert by itself, in `render`.

use heapbook_model::{Measured, Unit};
use serde_json::Value;

use crate::display;

/// What a command answers.
#[derive(Debug, Default)]
pub struct Document {
    pub(crate) blocks: Vec<Block>,
    pub(crate) summary: Option<Block>,
}

#[derive(Debug)]
pub(crate) enum Block {
    Line(String),
    List { heading: String, items: Vec<String> },
    Table(Table),
    Code { label: String, text: String },
}

impl Document {
    /// Adds a sentence.
    pub fn line(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Line(text.into()));
    }

    /// Adds what stands below a heading, and how much that is; nothing if there are no items.
    pub fn list(&mut self, heading: &str, items: Vec<String>) {
        if !items.is_empty() {
            let heading = format!("{heading} ({})", items.len());
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
}

impl From<Table> for Document {
    fn from(table: Table) -> Self {
        Document {
            blocks: vec![Block::Table(table)],
            summary: None,
        }
    }
}

/// Rows below a line of titles. It holds what people read and what programs read, of which either
/// may have columns and rows of its own.
#[derive(Debug)]
pub struct Table {
    /// A line above it, or none.
    pub caption: String,
    pub(crate) columns: Vec<Column>,
    rows: Vec<Vec<Field>>,
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

    /// Adds a row: a field for each column.
    pub fn push(&mut self, row: impl Into<Vec<Field>>) {
        self.rows.push(row.into());
    }

    /// The titles that people read, and whether numbers stand below.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (&'static str, bool)> {
        let columns = self.columns.iter();
        columns.filter_map(|column| Some((column.title?, column.is_number)))
    }

    /// The fields that people read, by row; rows that show nothing are for programs.
    pub(crate) fn shown(&self) -> impl Iterator<Item = Vec<&Field>> {
        let rows = self.rows(|column, field| column.title.map(|_| field));
        rows.filter(|row| row.iter().any(|field| !field.shown.is_empty()))
    }

    /// What is read of the fields, by row.
    pub(crate) fn rows<'t, T>(
        &'t self,
        read: impl Fn(&Column, &'t Field) -> Option<T>,
    ) -> impl Iterator<Item = Vec<T>> {
        self.rows.iter().map(move |row| {
            let fields = self.columns.iter().zip(row);
            fields.filter_map(|(column, field)| read(column, field)).collect()
        })
    }
}

/// What a column is called: by people, by programs, or by both.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    title: Option<&'static str>,
    pub(crate) key: Option<&'static str>,
    is_number: bool,
}

impl Column {
    /// A column of words. Programs do not read one whose key is empty.
    pub fn words(title: &'static str, key: &'static str) -> Self {
        Column {
            title: Some(title),
            key: Some(key).filter(|key| !key.is_empty()),
            is_number: false,
        }
    }

    /// The same of numbers, which stand on the right.
    pub fn numbers(title: &'static str, key: &'static str) -> Self {
        let is_number = true;
        Column {
            is_number,
            ..Column::words(title, key)
        }
    }

    /// A column that programs alone read.
    pub fn data(key: &'static str) -> Self {
        let title = None;
        Column {
            title,
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

/// A field of a table.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub(crate) shown: String,
    pub(crate) tone: Tone,
    pub(crate) data: Value,
}

impl Field {
    /// What programs alone read.
    pub fn data(data: impl Into<Value>) -> Self {
        let data = data.into();
        Field {
            data,
            ..Field::default()
        }
    }

    /// What was measured; empty where nothing was.
    pub fn figure(unit: Unit, figure: Option<Measured>) -> Self {
        figure.map_or_else(Field::default, |figure| {
            let data = match figure {
                Measured::Exact(value) => Value::from(value),
                Measured::Range { low, high } => Value::from(format!("{low}..{high}")),
                Measured::AtLeast(value) => Value::from(format!(">={value}")),
                Measured::Estimate { median, .. } => Value::from(tenths(median)),
            };
            Field::data(data).shown(display::measured(unit, figure))
        })
    }

    /// The same field with another text for people.
    pub fn shown(mut self, text: impl Into<String>) -> Self {
        self.shown = text.into();
        self
    }

    /// The same field, set off.
    pub fn toned(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

impl<T: Into<String>> From<T> for Field {
    fn from(text: T) -> Self {
        let text = text.into();
        Field::data(text.as_str()).shown(text)
    }
}

/// An estimate to a tenth, which is more than it tells.
pub fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
