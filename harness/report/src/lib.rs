//! Records in; tables, plots and chapter fragments out.
//!
//! The crate is pure: it reads and writes nothing, prints nothing, and gives the same text for the same records every
//! time. A chapter's Markdown goes through [`expand`], which puts a fragment of HTML in the place of each directive;
//! [`Library`] is what the directives may speak of. Its modules stand in the order of the work:
//!
//! - `directive`: finding directives in a chapter, and reading their words
//! - `fragment`: what each directive gives
//! - `plot`: from a description of what is shown to an SVG
//! - `standalone`: a plot as a file, [`standalone_plot`]
//! - `palette`: colours, marks and dashes, the same for a variant wherever it is shown
//! - [`display`]: figures as text
//! - [`prose`]: what a page says by itself, beside its directives
//! - `escape`: making foreign text inert

mod directive;
pub mod display;
mod escape;
mod fragment;
mod library;
mod palette;
mod plot;
pub mod prose;
mod standalone;

pub use directive::{DirectiveError, expand};
pub use library::Library;
pub use standalone::{PlotError, standalone_plot};
