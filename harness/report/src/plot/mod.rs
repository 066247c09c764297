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
pub(crate) mod strips;
pub(crate) mod timeline;

use canvas::{Drawing, Ground, Ink, Sheet};
use labels::TEXT;

use crate::escape;

/// What a plot shows.
pub(crate) trait Plot {
    /// Its figures in words.
    fn in_words(&self) -> String;

    /// Draws it as wide as the sheet.
    fn draw(&self, sheet: Sheet) -> Drawing;
}

/// A plot for a page, in one line: a wide drawing and a narrow one, of which the style sheet shows
/// the one that fits. `id` is unique on the page.
pub(crate) fn on_page(plot: &impl Plot, id: &str, title: &str) -> String {
    let (title, description) = (escape::html(title), escape::html(&plot.in_words()));
    // A drawing that is not shown still gives the other one its name.
    let head =
        format!("<title id=\"{id}-title\">{title}</title><desc id=\"{id}-description\">{description}</desc>");
    let drawing = |width, class, head: &str| {
        let ground = Ground::Page;
        let (height, shapes) = plot.draw(Sheet { width, ground });
        format!(
            "<svg class=\"hb-plot {class}\" role=\"img\" aria-labelledby=\"{id}-title {id}-description\" viewBox=\"0 0 {width} {height}\" font-size=\"{TEXT}\" fill=\"{}\">{head}{shapes}</svg>",
            Ink::TEXT.colour(ground)
        )
    };
    drawing(Sheet::WIDE, "hb-wide", &head) + &drawing(Sheet::NARROW, "hb-narrow", "")
}

/// A plot as a file, with its size, its ground and its font, one shape a line.
pub(crate) fn as_file(plot: &impl Plot, title: &str) -> String {
    let (title, description) = (escape::html(title), escape::html(&plot.in_words()));
    let (width, ground) = (Sheet::WIDE, Ground::File);
    let (height, shapes) = plot.draw(Sheet { width, ground });
    let drawing = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"{TEXT}\" fill=\"{}\"><title>{title}</title><desc>{description}</desc><rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\"/>{shapes}</svg>",
        Ink::TEXT.colour(ground)
    );
    drawing.replace("><", ">\n<") + "\n"
}
