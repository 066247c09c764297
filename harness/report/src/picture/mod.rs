//! Pictures of names and objects: names on the left, objects on the right, arrows between, and
//! below them the live bytes so far.
//!
//! - this module: what one moment of a run shows, whichever language it is of
//! - `layout`: where each object stands, the same in every moment
//! - `words`: a moment for those who listen to it
//! - `drawing`: a moment as SVG

mod drawing;
mod layout;
mod words;

pub(crate) use drawing::draw;
use words::in_words;

/// One moment of a run.
#[derive(Debug)]
pub(crate) struct Moment {
    /// Who has names, the outermost first.
    pub(crate) frames: Vec<Frame>,
    /// The objects.
    pub(crate) objects: Vec<Object>,
    /// Bytes live above entry.
    pub(crate) live: i64,
}

/// Names that go together.
#[derive(Debug)]
pub(crate) struct Frame {
    /// Whose they are.
    pub(crate) title: String,
    /// The names.
    pub(crate) names: Vec<Name>,
}

/// A name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Name {
    /// The name.
    pub(crate) name: String,
    /// What it refers to.
    pub(crate) to: Target,
}

/// What a name refers to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// An object, by its number.
    Object(u32, Hold),
    /// A value, told in words.
    Value(String),
    /// Nothing any more: what it owned has another owner.
    Moved,
}

/// How something refers to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// It keeps the object alive.
    Owns,
    /// It does not.
    Borrows,
}

/// An object.
#[derive(Debug)]
pub(crate) struct Object {
    /// Its number, the same in every moment.
    pub(crate) number: u32,
    /// Its type.
    pub(crate) kind: String,
    /// What it holds, in a few words.
    pub(crate) text: String,
    /// Its bytes.
    pub(crate) bytes: i64,
    /// Whether the ledger does not know them.
    pub(crate) estimated: bool,
    /// Whether no name leads to it.
    pub(crate) unreached: bool,
    /// The objects that it refers to.
    pub(crate) refers_to: Vec<(u32, Hold)>,
}

impl Moment {
    /// An object by its number.
    fn object(&self, number: u32) -> Option<&Object> {
        self.objects.iter().find(|object| object.number == number)
    }

    /// What a frame's name refers to; another's of the same name if there is no such frame.
    fn target(&self, frame: &str, name: &str) -> Option<&Target> {
        let same = self.frames.iter().find(|other| other.title == frame);
        let mut names = same
            .map_or(self.frames.as_slice(), std::slice::from_ref)
            .iter()
            .flat_map(|frame| &frame.names);
        Some(&names.find(|other| other.name == name)?.to)
    }
}
