//! `picture.toml`: pictures of variants in Rust, which nothing can look into while they run. They
//! are written by hand; a test holds the bytes of each step to those of a run.

use std::collections::BTreeMap;
use std::path::Path;

use heapbook_model::{Bytes, Language, VariantName};
use indexmap::IndexMap;
use serde::Deserialize;

use super::{Diagnostic, Scenario};
use crate::files::read_text;

/// The file's name.
const FILE: &str = "picture.toml";

/// A picture that was written by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnPicture {
    /// The variant.
    pub variant: VariantName,
    /// The size of the call.
    pub n: u64,
    /// Its steps.
    pub steps: Vec<DrawnStep>,
}

/// A step of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnStep {
    /// The number of the line that has run; `None` before the first.
    pub line: Option<u32>,
    /// Bytes that it made.
    pub made_bytes: Bytes,
    /// Bytes that it gave back.
    pub freed_bytes: Bytes,
    /// The names of each frame, with what they hold.
    pub frames: Vec<(String, Vec<(String, Held)>)>,
    /// The objects that are alive.
    pub objects: Vec<DrawnObject>,
}

/// What a name holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// It is an owner of the object of this number.
    Owned(u32),
    /// It borrows it.
    Borrowed(u32),
    /// Nothing: what it owned was moved.
    Moved,
    /// A value.
    Value(String),
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnObject {
    /// Its number.
    pub number: u32,
    /// Its type.
    pub kind: String,
    /// A few words on what it holds.
    pub text: String,
    /// Its bytes.
    pub bytes: Bytes,
    /// Whether no name leads to it.
    pub unreached: bool,
    /// The objects that it holds.
    pub holds: Vec<Held>,
}

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureFile {
    rust: IndexMap<String, PictureTable>,
}

/// `[rust.<function>]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureTable {
    n: u64,
    objects: IndexMap<String, ObjectTable>,
    step: Vec<StepTable>,
}

/// An object, under a name of the file's own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectTable {
    kind: String,
    bytes: i64,
    #[serde(default)]
    text: String,
}

/// `[[rust.<function>.step]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepTable {
    line: Option<String>,
    #[serde(default)]
    made: i64,
    #[serde(default)]
    freed: i64,
    frames: IndexMap<String, IndexMap<String, String>>,
    #[serde(default)]
    arrows: Vec<String>,
    #[serde(default)]
    unreached: Vec<String>,
}

/// Reads a scenario's pictures; none if it has no such file.
pub(super) fn read(root: &Path, scenario: &Scenario) -> Result<Vec<DrawnPicture>, Diagnostic> {
    let path = scenario.directory.join(FILE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let shown = path.strip_prefix(root).unwrap_or(&path);
    let help = "CONTRIBUTING.md has the form of a picture";
    let text = read_text(&path)
        .map_err(|error| Diagnostic::whole(shown, format!("cannot be read: {error}"), help))?;
    let file: PictureFile = toml::from_str(&text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        Diagnostic::at(shown, &text, span, error.message(), help)
    })?;
    let pictures = file.rust.iter();
    let pictures = pictures.map(|(function, table)| {
        let variant = VariantName::new(Language::Rust, function.clone());
        picture(scenario, variant, table)
    });
    pictures
        .collect::<Result<_, _>>()
        .map_err(|message| Diagnostic::whole(shown, message, help))
}

fn picture(scenario: &Scenario, variant: VariantName, table: &PictureTable) -> Result<DrawnPicture, String> {
    let unknown = || format!("the scenario has no variant `{variant}`");
    let first = scenario
        .variant(&variant)
        .and_then(|_| scenario.listing_line(&variant));
    let first = first.ok_or_else(unknown)?;
    let listing = scenario.listing(&variant).unwrap_or_default();
    let steps = table.step.iter().map(|step| {
        let line = step.line.as_ref().map(|text| {
            let found = listing.lines().position(|line| line.trim() == text.trim());
            let found = found.and_then(|index| u32::try_from(first + index).ok());
            found.ok_or_else(|| format!("`{variant}` has no line `{text}`"))
        });
        drawn(step, line.transpose()?, &table.objects)
            .map_err(|message| format!("in a step of `{variant}`, {message}"))
    });
    Ok(DrawnPicture {
        n: table.n,
        steps: steps.collect::<Result<_, String>>()?,
        variant,
    })
}

/// A step as it is drawn: with the objects that its names and arrows lead to.
fn drawn(
    step: &StepTable,
    line: Option<u32>,
    known: &IndexMap<String, ObjectTable>,
) -> Result<DrawnStep, String> {
    let mut arrows: BTreeMap<u32, Vec<Held>> = BTreeMap::new();
    for arrow in &step.arrows {
        let (from, to) = arrow
            .split_once(' ')
            .ok_or_else(|| format!("`{arrow}` is no arrow"))?;
        arrows
            .entry(number(known, from)?)
            .or_default()
            .push(held(known, to)?);
    }
    let frames = step.frames.iter().map(|(title, names)| {
        let names = names
            .iter()
            .map(|(name, to)| Ok((name.clone(), held(known, to)?)));
        Ok((title.clone(), names.collect::<Result<Vec<_>, String>>()?))
    });
    let frames: Vec<_> = frames.collect::<Result<_, String>>()?;
    let names = frames.iter().flat_map(|(_, names)| names);
    let reached = reachable(names.filter_map(|(_, held)| held.number()).collect(), &arrows);
    let lost = step.unreached.iter().map(|name| number(known, name));
    let lost = reachable(lost.collect::<Result<_, _>>()?, &arrows);
    let lost: Vec<u32> = lost.into_iter().filter(|one| !reached.contains(one)).collect();
    let object = |number: u32, unreached: bool| {
        let (_, table) = known.get_index(number as usize)?;
        Some(DrawnObject {
            number,
            kind: table.kind.clone(),
            text: table.text.clone(),
            bytes: Bytes(table.bytes),
            unreached,
            holds: arrows.get(&number).cloned().unwrap_or_default(),
        })
    };
    let reached = reached.into_iter().filter_map(|number| object(number, false));
    let lost = lost.into_iter().filter_map(|number| object(number, true));
    Ok(DrawnStep {
        line,
        made_bytes: Bytes(step.made),
        freed_bytes: Bytes(step.freed),
        objects: reached.chain(lost).collect(),
        frames,
    })
}

/// What an arrow leads to: `-> page` owns, `~> page` borrows, `moved` owns no more; all else is a
/// value.
fn held(known: &IndexMap<String, ObjectTable>, text: &str) -> Result<Held, String> {
    if let Some(name) = text.strip_prefix("-> ") {
        number(known, name).map(Held::Owned)
    } else if let Some(name) = text.strip_prefix("~> ") {
        number(known, name).map(Held::Borrowed)
    } else if text == "moved" {
        Ok(Held::Moved)
    } else {
        Ok(Held::Value(text.to_owned()))
    }
}

fn number(known: &IndexMap<String, ObjectTable>, name: &str) -> Result<u32, String> {
    let found = known
        .get_index_of(name)
        .and_then(|index| u32::try_from(index).ok());
    found.ok_or_else(|| format!("`{name}` is none of its objects"))
}

/// What the arrows lead to from these objects, themselves first.
fn reachable(mut found: Vec<u32>, arrows: &BTreeMap<u32, Vec<Held>>) -> Vec<u32> {
    let mut done = 0;
    found = found.into_iter().fold(Vec::new(), with);
    while let Some(number) = found.get(done) {
        let next = arrows.get(number).into_iter().flatten().filter_map(Held::number);
        found = next.fold(found.clone(), with);
        done += 1;
    }
    found
}

/// The list with one more, if it is not in it.
fn with(mut list: Vec<u32>, one: u32) -> Vec<u32> {
    if !list.contains(&one) {
        list.push(one);
    }
    list
}

impl Held {
    /// The object's number, if there is one.
    fn number(&self) -> Option<u32> {
        match self {
            Held::Owned(number) | Held::Borrowed(number) => Some(*number),
            Held::Moved | Held::Value(_) => None,
        }
    }
}
