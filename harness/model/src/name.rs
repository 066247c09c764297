//! Names of variants: a language and a function.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The language that a variant is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Run by an interpreter that the reader has.
    Python,
    /// Compiled into the binary that measures.
    Rust,
}

impl Language {
    /// The word that stands before the dot of a variant's name.
    pub fn word(self) -> &'static str {
        match self {
            Language::Python => "python",
            Language::Rust => "rust",
        }
    }

    /// The language's name as a reader knows it.
    pub fn title(self) -> &'static str {
        match self {
            Language::Python => "Python",
            Language::Rust => "Rust",
        }
    }

    /// The file of a scenario's directory that holds this language's functions.
    pub fn file(self) -> &'static str {
        match self {
            Language::Python => "workload.py",
            Language::Rust => "workload.rs",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

/// A variant's name, `python.build_list`: the function's name after its language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantName {
    /// The language.
    pub language: Language,
    /// The function's name.
    pub function: String,
}

impl VariantName {
    /// A name from its two parts.
    pub fn new(language: Language, function: impl Into<String>) -> Self {
        VariantName {
            language,
            function: function.into(),
        }
    }
}

impl fmt::Display for VariantName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.language, self.function)
    }
}

/// A text that does not name a variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid variant `{0}`: expected `python.` or `rust.` and a function, such as `python.build_list`")]
pub struct NotAVariantName(String);

impl FromStr for VariantName {
    type Err = NotAVariantName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || NotAVariantName(text.to_owned());
        let (language, function) = text.split_once('.').ok_or_else(refused)?;
        let language = match language {
            "python" => Language::Python,
            "rust" => Language::Rust,
            _ => return Err(refused()),
        };
        if function.is_empty() {
            return Err(refused());
        }
        Ok(VariantName::new(language, function))
    }
}

impl Serialize for VariantName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VariantName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
