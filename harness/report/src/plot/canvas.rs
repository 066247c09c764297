//! The one place that knows plotters: shapes and text in inks, and the finished SVG.
//!
//! plotters writes colours as `#RRGGBB`. Each ink is drawn in a colour that stands for nothing but the ink, and in the
//! finished text that colour is replaced by a variable of the theme, so that a plot within the page follows it.

use std::fmt::Display;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::labels::TEXT;
use super::{Ground, WIDTH, Words};
use crate::escape;
use crate::palette::{Mark, Swatch};

/// What something is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text, and lines that belong to text.
    Text,
    /// Axes.
    Axis,
    /// Lines behind the figures.
    Grid,
    /// What the drawing stands on: it hides the grid below a pale bar.
    Paper,
    /// What belongs to a variant.
    Series(Swatch),
    /// A variant's line, dashed as the variant's lines are.
    Line(Swatch),
    /// A line of the reader's own figures.
    Dotted,
}

/// Where a text stands against its place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Anchor {
    /// The place is the middle of its left end.
    Left,
    /// The place is its middle.
    Middle,
    /// The place is the middle of its right end.
    Right,
}

/// A drawing in the making.
#[derive(Debug)]
pub(super) struct Canvas {
    height: i32,
    inks: Vec<Ink>,
    shapes: Vec<Shape>,
}

/// A shape, with the index of its ink.
#[derive(Debug)]
enum Shape {
    Line(usize, u32, Vec<(i32, i32)>),
    Circle(usize, (i32, i32), i32, bool),
    Polygon(usize, Vec<(i32, i32)>, f64),
    Text(usize, (i32, i32), Anchor, String),
}

impl Canvas {
    /// An empty drawing of a plot's width.
    pub(super) fn new(height: i32) -> Self {
        Canvas {
            height,
            inks: Vec::new(),
            shapes: Vec::new(),
        }
    }

    /// A line through places; places that follow on themselves are left out.
    pub(super) fn line(&mut self, ink: Ink, width: u32, mut places: Vec<(i32, i32)>) {
        places.dedup();
        let ink = self.ink(ink);
        self.shapes.push(Shape::Line(ink, width, places));
    }

    /// A filled shape; `opacity` 1 hides what is below it.
    pub(super) fn area(&mut self, ink: Ink, opacity: f64, mut places: Vec<(i32, i32)>) {
        places.dedup();
        let ink = self.ink(ink);
        self.shapes.push(Shape::Polygon(ink, places, opacity));
    }

    /// A filled rectangle between two corners.
    pub(super) fn rectangle(&mut self, ink: Ink, (left, top): (i32, i32), (right, bottom): (i32, i32)) {
        self.area(
            ink,
            1.0,
            vec![(left, top), (right, top), (right, bottom), (left, bottom)],
        );
    }

    /// A variant's mark.
    pub(super) fn mark(&mut self, swatch: Swatch, place: (i32, i32), radius: i32) {
        let ink = Ink::Series(swatch);
        match swatch.mark() {
            Mark::Circle => {
                let ink = self.ink(ink);
                self.shapes.push(Shape::Circle(ink, place, radius, true));
            }
            Mark::Corners(corners) => self.area(ink, 1.0, around(corners, place, radius)),
        }
    }

    /// A variant's mark, hollow: the reader's own figure.
    pub(super) fn hollow_mark(&mut self, swatch: Swatch, place: (i32, i32), radius: i32) {
        let ink = Ink::Series(swatch);
        match swatch.mark() {
            Mark::Circle => {
                let ink = self.ink(ink);
                self.shapes.push(Shape::Circle(ink, place, radius, false));
            }
            Mark::Corners(corners) => {
                let mut outline = around(corners, place, radius);
                outline.push(outline[0]);
                self.line(ink, 2, outline);
            }
        }
    }

    /// A text beside a place.
    pub(super) fn text(&mut self, place: (i32, i32), anchor: Anchor, text: impl Display) {
        let ink = self.ink(Ink::Text);
        self.shapes
            .push(Shape::Text(ink, place, anchor, text.to_string()));
    }

    fn ink(&mut self, ink: Ink) -> usize {
        let known = self.inks.iter().position(|known| *known == ink);
        known.unwrap_or_else(|| {
            self.inks.push(ink);
            self.inks.len() - 1
        })
    }

    /// The finished SVG, on a page in one line.
    pub(super) fn finish(self, words: &Words) -> String {
        let mut drawing = String::new();
        {
            let size = (WIDTH as u32, self.height as u32);
            let area = SVGBackend::with_string(&mut drawing, size).into_drawing_area();
            for shape in &self.shapes {
                draw(&area, shape);
            }
            area.present().expect(INTO_A_STRING);
        }
        let shapes = drawing.find('>').map_or("", |end| &drawing[end + 1..]);
        let mut shapes = escape::svg(shapes).replace(" opacity=\"1\"", "");
        // Font and size are said once, for the whole drawing.
        shapes = without_font(&shapes);
        for (index, ink) in self.inks.iter().enumerate() {
            shapes = paint(&shapes, index, *ink, words.ground);
        }
        match words.ground {
            Ground::Page => self.on_page(words, &shapes),
            Ground::File => self.as_file(words, &shapes),
        }
    }

    fn on_page(&self, words: &Words, shapes: &str) -> String {
        let Words {
            identifier,
            title,
            description,
            ..
        } = words;
        format!(
            "<svg class=\"hb-plot\" role=\"img\" aria-labelledby=\"{identifier}-title {identifier}-description\" viewBox=\"0 0 {WIDTH} {}\" font-size=\"{TEXT}\" xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{identifier}-title\">{}</title><desc id=\"{identifier}-description\">{}</desc>{shapes}",
            self.height,
            escape::html(title),
            escape::html(description)
        )
    }

    /// A file of its own: with its size, its ground and its font, one shape a line.
    fn as_file(&self, words: &Words, shapes: &str) -> String {
        let height = self.height;
        let drawing = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"{TEXT}\"><title>{}</title><desc>{}</desc><rect width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\"/>{shapes}",
            escape::html(&words.title),
            escape::html(&words.description)
        );
        drawing.replace("><", ">\n<") + "\n"
    }
}

/// The backend's only failures are those of files.
const INTO_A_STRING: &str = "drawing into a string cannot fail";

fn draw(area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>, shape: &Shape) {
    let drawn = match shape {
        Shape::Line(ink, width, places) => area.draw(&PathElement::new(
            places.clone(),
            stand_in(*ink).stroke_width(*width),
        )),
        Shape::Circle(ink, place, radius, is_filled) => {
            let style = ShapeStyle {
                color: stand_in(*ink).into(),
                filled: *is_filled,
                stroke_width: 2,
            };
            area.draw(&Circle::new(*place, *radius, style))
        }
        Shape::Polygon(ink, places, opacity) => area.draw(&Polygon::new(
            places.clone(),
            stand_in(*ink).mix(*opacity).filled(),
        )),
        Shape::Text(ink, place, anchor, text) => {
            let horizontal = match anchor {
                Anchor::Left => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::Right => HPos::Right,
            };
            let colour = stand_in(*ink);
            // plotters divides the size by 1.24, the height of a line over that of its letters.
            let style = ("inherit", f64::from(TEXT) * 1.24).into_font().color(&colour);
            area.draw(&Text::new(
                text.as_str(),
                *place,
                style.pos(Pos::new(horizontal, VPos::Center)),
            ))
        }
    };
    drawn.expect(INTO_A_STRING);
}

/// The colour that stands for an ink until the drawing is finished.
fn stand_in(ink: usize) -> RGBColor {
    RGBColor(0xFE, 0xED, ink as u8)
}

/// The shapes without the font that plotters writes at each text.
fn without_font(shapes: &str) -> String {
    let mut parts = shapes.split(" font-family=\"inherit\" font-size=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let size_ends = part.find('"').map_or(0, |quote| quote + 1);
        text.push_str(&part[size_ends..]);
    }
    text
}

/// Puts the theme's colour, and for lines their dash, in the place of the stand-in. Only attributes hold quotes that
/// are not escaped, so no text can be taken for a stand-in.
fn paint(shapes: &str, index: usize, ink: Ink, ground: Ground) -> String {
    let stand_in = format!("\"#FEED{index:02X}\"");
    let colour = match ground {
        Ground::Page => themed(ink),
        Ground::File => fixed(ink).to_owned(),
    };
    let dash = match ink {
        Ink::Line(swatch) => swatch.dash(),
        Ink::Dotted => "2 4",
        Ink::Text | Ink::Axis | Ink::Grid | Ink::Paper | Ink::Series(_) => "",
    };
    let painted = format!("\"{colour}\"");
    if dash.is_empty() {
        return shapes.replace(&stand_in, &painted);
    }
    shapes.replace(
        &format!("stroke={stand_in}"),
        &format!("stroke={painted} stroke-dasharray=\"{dash}\""),
    )
}

/// The ink's colour as the theme's variable.
fn themed(ink: Ink) -> String {
    match ink {
        Ink::Text | Ink::Dotted => "var(--fg, currentColor)".to_owned(),
        Ink::Axis => "var(--hb-axis, #808080)".to_owned(),
        Ink::Grid => "var(--hb-grid, #d0d0d0)".to_owned(),
        Ink::Paper => "var(--bg, white)".to_owned(),
        Ink::Series(swatch) | Ink::Line(swatch) => swatch.colour(),
    }
}

/// The ink's colour on white.
fn fixed(ink: Ink) -> &'static str {
    match ink {
        Ink::Text | Ink::Dotted => "#202020",
        Ink::Axis => "#808080",
        Ink::Grid => "#d0d0d0",
        Ink::Paper => "#ffffff",
        Ink::Series(swatch) | Ink::Line(swatch) => swatch.fixed_colour(),
    }
}

/// Corners for a mark of that radius around a place.
fn around(corners: &[(i32, i32)], (x, y): (i32, i32), radius: i32) -> Vec<(i32, i32)> {
    let scaled = |offset: i32| (f64::from(offset * radius) / 100.0).round() as i32;
    corners
        .iter()
        .map(|(right, down)| (x + scaled(*right), y + scaled(*down)))
        .collect()
}
