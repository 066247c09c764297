//! Plots, in three layers: a description says what is shown, an axis where it stands, and drawing
//! puts it there.
//!
//! Descriptions know neither pixels nor records files; axes know only numbers. Grids, axes and
//! labels are those of plotters' charts, drawn by a backend that writes the variables of the page's
//! theme (see [`canvas`]).

mod axis;
mod canvas;
pub(crate) mod growth;
mod labels;
mod outline;
pub(crate) mod strips;
pub(crate) mod timeline;

/// The width of every plot in the units of its `viewBox`: about the width of a page's text in
/// pixels, so that a unit is about a pixel.
const WIDTH: i32 = 720;

/// Where a drawing will stand, which decides what its colours are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// On a page, whose theme's variables it uses.
    Page,
    /// In a file of its own, on a white ground: an image within a page sees nothing of that page's
    /// theme.
    File,
}

/// The head of a drawing: what a screen reader says of it, and where it stands.
#[derive(Debug)]
pub(crate) struct Header {
    /// An `id` for the drawing, unique on the page.
    pub(crate) identifier: String,
    /// Its title.
    pub(crate) title: String,
    /// Its figures in words.
    pub(crate) description: String,
    /// Where it stands.
    pub(crate) ground: Ground,
}
