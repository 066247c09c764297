//! plotters' backend for this book: SVG whose colours are the theme's, and the shapes that plots
//! are made of.
//!
//! A style of plotters carries a colour and nothing else, so an [`Ink`] travels as a colour whose
//! parts are numbers of its own, and becomes the theme's variable where [`Svg`] writes it.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind};

use super::axis::Axis;
use super::labels::{self, TEXT};
use crate::escape;
use crate::palette::{Mark, Swatch};

/// Where a drawing will stand, which decides what its colours are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// On a page, whose theme's variables it uses.
    Page,
    /// In a file of its own, on a white ground: an image within a page sees nothing of that page's
    /// theme.
    File,
}

/// What a plot is drawn on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sheet {
    /// Its width in the units of its `viewBox`.
    pub(super) width: i32,
    /// Where it stands.
    pub(super) ground: Ground,
}

/// A drawing without its head: its height in the units of its `viewBox`, and its elements of SVG.
pub(crate) type Drawing = (i32, String);

impl Sheet {
    /// About the width of a page's text in pixels, so that a unit is about a pixel.
    pub(super) const WIDE: i32 = 720;

    /// The same of a telephone's page.
    pub(super) const NARROW: i32 = 320;

    /// Whether names have no room beside figures.
    pub(super) fn is_narrow(self) -> bool {
        self.width < Sheet::WIDE
    }

    /// A drawing of that height.
    pub(super) fn drawing(self, height: i32, draw: impl FnOnce(&Canvas<'_>)) -> Drawing {
        let mut shapes = String::new();
        let svg = Svg {
            shapes: &mut shapes,
            size: (self.width as u32, height as u32),
            ground: self.ground,
        };
        draw(&Canvas(svg.into_drawing_area()));
        (height, shapes)
    }
}

/// What something is drawn with: a place among the inks, those of variants after the others, and
/// whether a line is dashed as the variant's lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink(u8, bool);

/// The inks that belong to no variant: the theme's variable, and the colour on white.
const COMMON: [(&str, &str); 4] = [
    ("--fg", "#202020"),
    ("--hb-axis", "#808080"),
    ("--hb-grid", "#d0d0d0"),
    ("--bg", "#ffffff"),
];

impl Ink {
    /// Text, and lines that belong to text.
    pub(super) const TEXT: Ink = Ink(0, false);
    /// Axes.
    pub(super) const AXIS: Ink = Ink(1, false);
    /// Lines behind the figures.
    pub(super) const GRID: Ink = Ink(2, false);
    /// What the drawing stands on: it hides the grid below a pale bar.
    pub(super) const PAPER: Ink = Ink(3, false);

    /// What belongs to a variant.
    pub(super) fn of(swatch: Swatch) -> Self {
        Ink(COMMON.len() as u8 + swatch.0, false)
    }

    /// A variant's line.
    pub(super) fn line(swatch: Swatch) -> Self {
        Ink(COMMON.len() as u8 + swatch.0, true)
    }

    fn swatch(self) -> Option<Swatch> {
        self.0.checked_sub(COMMON.len() as u8).map(Swatch)
    }

    /// The colour on that ground.
    pub(super) fn colour(self, ground: Ground) -> String {
        let common = || COMMON[usize::from(self.0)];
        let (variable, fixed) = self.swatch().map_or_else(common, Swatch::colours);
        match ground {
            Ground::Page => format!("var({variable}, {fixed})"),
            Ground::File => fixed.to_owned(),
        }
    }

    fn dash(self) -> &'static str {
        let swatch = self.swatch().filter(|_| self.1);
        swatch.map_or("", Swatch::dash)
    }
}

impl Color for Ink {
    fn to_backend_color(&self) -> BackendColor {
        BackendColor {
            alpha: 1.0,
            rgb: (self.0, u8::from(self.1), 0),
        }
    }
}

impl From<BackendColor> for Ink {
    fn from(colour: BackendColor) -> Self {
        Ink(colour.rgb.0, colour.rgb.1 == 1)
    }
}

/// The backend: writes each shape as one element of SVG.
struct Svg<'t> {
    shapes: &'t mut String,
    size: (u32, u32),
    ground: Ground,
}

/// Writing into a string cannot fail.
type Written = Result<(), DrawingErrorKind<Infallible>>;

impl Svg<'_> {
    /// An element; `filled` decides whether the style's colour is its fill or its stroke.
    fn element(&mut self, shape: &str, filled: bool, style: &impl BackendStyle) -> Written {
        let ink = Ink::from(style.color());
        let (colour, width) = (ink.colour(self.ground), style.stroke_width().to_string());
        let unless = |default: &str, name: &str, value: &str| match value == default {
            true => String::new(),
            false => format!(" {name}=\"{value}\""),
        };
        let paint = match filled {
            true => format!("fill=\"{colour}\""),
            false => format!(
                "fill=\"none\" stroke=\"{colour}\"{}{}",
                unless("1", "stroke-width", &width),
                unless("", "stroke-dasharray", ink.dash())
            ),
        };
        let opacity = unless("1", "opacity", &style.color().alpha.to_string());
        self.shapes.push_str(&format!("<{shape} {paint}{opacity}/>"));
        Ok(())
    }
}

/// Places as a path through them, without those in the middle of a straight stretch.
fn path(places: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut kept: Vec<BackendCoord> = Vec::new();
    for place in places {
        while let [.., one, two] = kept[..]
            && goes_on(one, two, place)
        {
            kept.pop();
        }
        if kept.last() != Some(&place) {
            kept.push(place);
        }
    }
    let first = kept.first().map(|(x, y)| format!("M{x},{y}"));
    let ways = kept
        .windows(2)
        .map(|ends| (ends[1].0 - ends[0].0, ends[1].1 - ends[0].1));
    let ways = ways.map(|way| match way {
        (right, 0) => format!("h{right}"),
        (0, down) => format!("v{down}"),
        (right, down) => format!("l{right},{down}"),
    });
    first.into_iter().chain(ways).collect()
}

/// Whether the way from the second place to the third is that from the first to the second.
fn goes_on(one: BackendCoord, two: BackendCoord, three: BackendCoord) -> bool {
    let (first, second) = ((two.0 - one.0, two.1 - one.1), (three.0 - two.0, three.1 - two.1));
    let (across, along) = (
        first.0 * second.1 - first.1 * second.0,
        first.0 * second.0 + first.1 * second.1,
    );
    across == 0 && along > 0
}

impl DrawingBackend for Svg<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Written {
        Ok(())
    }

    fn present(&mut self) -> Written {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Written {
        self.fill_polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)], &color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Written {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Written {
        self.element(&format!("path d=\"{}\"", self::path(path)), false, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Written {
        let shape = format!("circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"");
        self.element(&shape, fill, style)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Written {
        self.element(&format!("path d=\"{}z\"", path(corners)), true, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Written {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let down = match style.anchor().v_pos {
            VPos::Top => "0.76em",
            VPos::Center | VPos::Bottom => "0.5ex",
        };
        if !text.is_empty() {
            let text = escape::html(text);
            // Its colour is the whole drawing's.
            let element = format!("<text x=\"{x}\" y=\"{y}\" dy=\"{down}\"{anchor}>{text}</text>");
            self.shapes.push_str(&element);
        }
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        _style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((labels::width(text) as u32, TEXT as u32))
    }
}

/// A drawing in the making, in units of its `viewBox`.
pub(super) struct Canvas<'t>(DrawingArea<Svg<'t>, Shift>);

/// The backend's only failures are those of files.
const INTO_A_STRING: &str = "drawing into a string cannot fail";

impl<'t> Canvas<'t> {
    /// The room below the horizontal axis, for its labels and its title.
    pub(super) const BELOW: i32 = 46;

    /// How far a mark reaches.
    pub(super) const RADIUS: i32 = 5;

    /// Draws the two axes with their labels, and the lines of the grid at the labels of the
    /// vertical one. Where that is blank, it is left out, and lines stand at the labels of the
    /// other.
    pub(super) fn axes(&self, x: &Axis, y: &Axis, title: &str) {
        let ((left, right), (bottom, top)) = (x.ends(), y.ends());
        let labels = if y.is_blank() { 0 } else { left };
        // An area includes its last pixel, where an axis ends.
        let size = (right - left + labels + 1, bottom - top + Self::BELOW + 1);
        let mut chart = ChartBuilder::on(&self.0.clone().shrink((left - labels, top), size))
            .y_label_area_size(labels)
            .x_label_area_size(Self::BELOW)
            .build_cartesian_2d(x.clone(), y.clone())
            .expect(INTO_A_STRING);
        let mut mesh = chart.configure_mesh();
        match y.is_blank() {
            true => mesh.disable_y_mesh(),
            false => mesh.disable_x_mesh(),
        };
        mesh.bold_line_style(Ink::GRID.stroke_width(1))
            .axis_style(Ink::AXIS.stroke_width(1))
            .label_style(&Ink::TEXT)
            .set_all_tick_mark_size(4)
            .draw()
            .expect(INTO_A_STRING);
        // plotters would set a title that is longer than its axis beyond the drawing's edge.
        let (width, half) = (self.0.dim_in_pixel().0 as i32, labels::width(title) / 2);
        let middle = ((left + right) / 2).min(width - half).max(half);
        self.text((middle, bottom + Self::BELOW - 8), HPos::Center, title);
    }

    fn draw<'a, E>(&self, element: &'a E)
    where
        &'a E: PointCollection<'a, (i32, i32)>,
        E: Drawable<Svg<'t>>,
    {
        self.0.draw(element).expect(INTO_A_STRING);
    }

    /// A line through places.
    pub(super) fn line(&self, ink: Ink, width: u32, places: Vec<(i32, i32)>) {
        self.draw(&PathElement::new(places, ink.stroke_width(width)));
    }

    /// A line from the lowest to the highest that a figure may be, with a stroke across each end.
    pub(super) fn error_bar(&self, ink: Ink, ends: [(i32, i32); 2]) {
        let (right, down) = if ends[0].0 == ends[1].0 { (4, 0) } else { (0, 4) };
        self.line(ink, 1, ends.to_vec());
        for (x, y) in ends {
            self.line(ink, 1, vec![(x - right, y - down), (x + right, y + down)]);
        }
    }

    /// A filled shape; `opacity` 1 hides what is below it.
    pub(super) fn area(&self, ink: Ink, opacity: f64, corners: Vec<(i32, i32)>) {
        self.draw(&Polygon::new(corners, ink.mix(opacity).filled()));
    }

    /// A rectangle between two corners, filled.
    pub(super) fn filled(&self, ink: Ink, opacity: f64, [(left, top), (right, bottom)]: [(i32, i32); 2]) {
        let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
        self.area(ink, opacity, corners);
    }

    /// A variant's mark.
    pub(super) fn mark(&self, swatch: Swatch, place: (i32, i32)) {
        let (ink, hollow) = (Ink::of(swatch), swatch.is_hollow());
        let style = if hollow { ink.stroke_width(2) } else { ink.filled() };
        let Mark::Corners(corners) = swatch.mark() else {
            return self.draw(&Circle::new(place, Self::RADIUS, style));
        };
        let scaled = |offset: i32| (f64::from(offset * Self::RADIUS) / 100.0).round() as i32;
        let corners = corners
            .iter()
            .map(|(right, down)| (place.0 + scaled(*right), place.1 + scaled(*down)));
        let mut outline: Vec<_> = corners.collect();
        match hollow {
            true => {
                outline.push(outline[0]);
                self.line(ink, 2, outline);
            }
            false => self.area(ink, 1.0, outline),
        }
    }

    /// A text whose left end, middle or right end is at a place.
    pub(super) fn text(&self, place: (i32, i32), anchor: HPos, text: &str) {
        let style = TextStyle::from(FontFamily::SansSerif).color(&Ink::TEXT);
        let style = style.pos(Pos::new(anchor, VPos::Center));
        self.draw(&Text::new(text, place, style));
    }
}
