//! Records in; tables, plots and chapter fragments out.
//!
//! The crate is pure: it reads and writes nothing, prints nothing, and gives the same text for the
//! same records every time. A chapter's Markdown goes through [`Expansion`], which puts a fragment
//! of HTML in the place of each directive; [`Library`] is what the directives may speak of. Each
//! module imports only those below it:
//!
//! - `directive`: the table of directives, and a chapter's expansion
//! - `standalone`: a plot as a file: [`standalone_plot`], [`programs_plot`]
//! - `fragment`: what each directive gives
//! - `plot`: from a description of what is shown to an SVG
//! - `picture`: names, objects and the arrows between them, as SVG
//! - `words`: what follows a directive's name, and what it names in the library
//! - [`prose`]: what a page says by itself, beside its directives
//! - `markdown`: finding directives in a chapter, as mdBook reads it
//! - `library`: scenarios and records, and one reading of a figure
//! - `palette`: colours, marks and dashes, the same for a variant wherever it is shown
//! - [`caveat`]: what figures do not hold
//! - [`render`]: a document for a terminal, as Markdown, CSV or JSON
//! - [`document`]: what a command answers: lines, lists, tables and code
//! - [`display`]: figures as text
//! - `escape`: making untrusted text inert
//! - `visible`: showing characters that act and are not seen: [`visible()`] and its kind

pub mod caveat;
mod directive;
pub mod display;
pub mod document;
mod escape;
mod fragment;
mod library;
mod markdown;
mod palette;
mod picture;
mod plot;
pub mod prose;
pub mod render;
mod standalone;
mod visible;
mod words;

pub use directive::{DirectiveError, Expansion};
pub use fragment::question::withdrawn;
pub use library::{Achieved, Lesson, Library};
pub use standalone::{programs_plot, standalone_plot};
pub use visible::{visible, visible_but_styles, visible_json, visible_line};
pub use words::Mistake;
