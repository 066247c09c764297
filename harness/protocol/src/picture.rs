//! What names refer to, line by line.

use heapbook_model::Bytes;
use serde::{Deserialize, Serialize};

/// What was there after each line of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectsAnswer {
    /// The first steps in their order: before the first line, and after each run of a line. The
    /// last step of a call comes after its return.
    pub steps: Vec<Seen>,
    /// How many steps there were in all.
    pub total_steps: u64,
}

/// The names and the objects behind them, at one moment of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The line that has run, by number; absent before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Who has names: the function's frames, the outermost first, then its module.
    pub frames: Vec<Names>,
    /// The objects that the names lead to, the nearest first, then those that none leads to.
    pub objects: Vec<Object>,
    /// Further objects, for which there was no room.
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_out: u64,
}

/// The names of a frame or a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The function's name; `<module>` for the module, and empty for the caller once the function
    /// has returned.
    pub function: String,
    /// The names, in the order in which the function has them.
    pub names: Vec<Name>,
}

/// A name, and what it refers to: an object with a number, or a value that is told in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The name.
    pub name: String,
    /// The object's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<u32>,
    /// The value's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// The number that it has in all steps.
    pub number: u32,
    /// Its type's name.
    pub kind: String,
    /// A few words on what it holds; absent where nothing can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The bytes that were asked for it, with those that it keeps in blocks of its own.
    pub bytes: Bytes,
    /// Whether the ledger does not know its block, so that the bytes are what Python says of it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub estimated: bool,
    /// Whether it is alive though no name leads to it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unreached: bool,
    /// The numbers of the objects that it refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refers_to: Vec<u32>,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

fn is_false(flag: &bool) -> bool {
    !flag
}
