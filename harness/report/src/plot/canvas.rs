//! plotters' backend for this book: SVG whose colours are the theme's, and the shapes that plots
//! are made of.
//!
//! A style of plotters carries a colour and nothing else, so an [`Ink`] travels as a colour whose
//! three parts are numbers of its own, and becomes the theme's variable where [`Svg`] writes it.

use std::convert::Infallible;
use std::fmt::Display;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind};

use super::axis::Axis;
use super::labels::{self, TEXT};
use super::outline::outline;
use super::{Ground, Header, WIDTH};
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
}

impl Ink {
    /// The ink that a style carries.
    fn unpacked((kind, swatch, _): (u8, u8, u8)) -> Self {
        match kind {
            0 => Ink::Text,
            1 => Ink::Axis,
            2 => Ink::Grid,
            3 => Ink::Paper,
            4 => Ink::Series(Swatch(swatch)),
            _ => Ink::Line(Swatch(swatch)),
        }
    }

    /// The colour on that ground: the theme's variable, or a fixed one on white.
    fn colour(self, ground: Ground) -> String {
        let (themed, fixed) = match self {
            Ink::Text => ("var(--fg, currentColor)", "#202020"),
            Ink::Axis => ("var(--hb-axis, #808080)", "#808080"),
            Ink::Grid => ("var(--hb-grid, #d0d0d0)", "#d0d0d0"),
            Ink::Paper => ("var(--bg, white)", "#ffffff"),
            Ink::Series(swatch) | Ink::Line(swatch) => match ground {
                Ground::Page => return swatch.colour(),
                Ground::File => ("", swatch.fixed_colour()),
            },
        };
        match ground {
            Ground::Page => themed.to_owned(),
            Ground::File => fixed.to_owned(),
        }
    }

    fn dash(self) -> &'static str {
        match self {
            Ink::Line(swatch) => swatch.dash(),
            _ => "",
        }
    }
}

impl Color for Ink {
    fn to_backend_color(&self) -> BackendColor {
        let rgb = match self {
            Ink::Text => (0, 0, 0),
            Ink::Axis => (1, 0, 0),
            Ink::Grid => (2, 0, 0),
            Ink::Paper => (3, 0, 0),
            Ink::Series(Swatch(swatch)) => (4, *swatch, 0),
            Ink::Line(Swatch(swatch)) => (5, *swatch, 0),
        };
        BackendColor { alpha: 1.0, rgb }
    }
}

/// The backend: writes each shape as one element of SVG.
struct Svg<'t> {
    shapes: &'t mut String,
    height: i32,
    ground: Ground,
}

/// Writing into a string cannot fail.
type Written = Result<(), DrawingErrorKind<Infallible>>;

impl Svg<'_> {
    /// An element; `filled` decides whether the style's colour is its fill or its stroke.
    fn element(&mut self, shape: &str, filled: bool, style: &impl BackendStyle) -> Written {
        let BackendColor { alpha, rgb } = style.color();
        let ink = Ink::unpacked(rgb);
        let colour = ink.colour(self.ground);
        let opacity = match alpha < 1.0 {
            true => format!(" opacity=\"{alpha}\""),
            false => String::new(),
        };
        let dash = match ink.dash() {
            "" => String::new(),
            dash => format!(" stroke-dasharray=\"{dash}\""),
        };
        let width = style.stroke_width();
        let paint = match filled {
            true => format!("fill=\"{colour}\""),
            false => format!("fill=\"none\" stroke=\"{colour}\"{dash} stroke-width=\"{width}\""),
        };
        self.shapes.push_str(&format!("<{shape} {paint}{opacity}/>"));
        Ok(())
    }
}

impl DrawingBackend for Svg<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (WIDTH as u32, self.height as u32)
    }

    fn ensure_prepared(&mut self) -> Written {
        Ok(())
    }

    fn present(&mut self) -> Written {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Written {
        self.draw_rect((x, y), (x + 1, y + 1), &color, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Written {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Written {
        let (width, height) = (right - left, bottom - top);
        let shape = format!("rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\"");
        self.element(&shape, fill, style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Written {
        self.element(&outline(path, false), false, style)
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
        self.element(&outline(corners, true), true, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Written {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let down = match style.anchor().v_pos {
            VPos::Top => "0.76em",
            VPos::Center => "0.5ex",
            VPos::Bottom => "-0.5ex",
        };
        let colour = Ink::unpacked(style.color().rgb).colour(self.ground);
        if !text.is_empty() {
            let text = escape::html(text);
            self.shapes.push_str(&format!(
                "<text x=\"{x}\" y=\"{y}\" dy=\"{down}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>"
            ));
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

/// A drawing of a plot's width, on a page in one line.
pub(super) fn drawing(height: i32, header: &Header, draw: impl FnOnce(&Canvas<'_>)) -> String {
    let ground = header.ground;
    let mut shapes = String::new();
    let svg = Svg {
        shapes: &mut shapes,
        height,
        ground,
    };
    draw(&Canvas(svg.into_drawing_area()));
    let (title, description) = (escape::html(&header.title), escape::html(&header.description));
    match ground {
        Ground::Page => {
            let id = &header.identifier;
            format!(
                "<svg class=\"hb-plot\" role=\"img\" aria-labelledby=\"{id}-title {id}-description\" viewBox=\"0 0 {WIDTH} {height}\" font-size=\"{TEXT}\" xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{id}-title\">{title}</title><desc id=\"{id}-description\">{description}</desc>{shapes}</svg>"
            )
        }
        // With its size, its ground and its font, one shape a line.
        Ground::File => {
            let drawing = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"{TEXT}\"><title>{title}</title><desc>{description}</desc><rect width=\"{WIDTH}\" height=\"{height}\" rx=\"8\" fill=\"#ffffff\"/>{shapes}</svg>"
            );
            drawing.replace("><", ">\n<") + "\n"
        }
    }
}

/// The backend's only failures are those of files.
const INTO_A_STRING: &str = "drawing into a string cannot fail";

/// Which lines of an area's grid are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gridlines {
    /// At the labels of the vertical axis.
    Horizontal,
    /// At the labels of the horizontal axis. There is no vertical axis.
    Vertical,
}

impl<'t> Canvas<'t> {
    /// Draws the grid, the axes and their labels around an area from one place to another.
    pub(super) fn axes(
        &self,
        (x, across): (&Axis, Range<i32>),
        (y, down): (&Axis, Range<i32>),
        gridlines: Gridlines,
        title: &str,
    ) {
        const BELOW: i32 = 46;
        let height = self.0.dim_in_pixel().1 as i32;
        let left = match gridlines {
            Gridlines::Horizontal => across.start,
            Gridlines::Vertical => 0,
        };
        let mut chart = ChartBuilder::on(&self.0)
            .margin_left(across.start - left)
            .y_label_area_size(left)
            // plotters maps the end of an axis to the last pixel of its area: one more than the
            // end.
            .margin_right(WIDTH - across.end - 1)
            .margin_top(down.start)
            .x_label_area_size(BELOW)
            .margin_bottom(height - down.end - BELOW - 1)
            .build_cartesian_2d(x.clone(), y.clone())
            .expect(INTO_A_STRING);
        let mut mesh = chart.configure_mesh();
        match gridlines {
            Gridlines::Horizontal => mesh.disable_x_mesh(),
            Gridlines::Vertical => mesh.disable_y_mesh(),
        };
        mesh.bold_line_style(Ink::Grid.stroke_width(1))
            .axis_style(Ink::Axis.stroke_width(1))
            .label_style(&Ink::Text)
            .set_all_tick_mark_size(4)
            .x_desc(title)
            .draw()
            .expect(INTO_A_STRING);
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
    pub(super) fn filled(&self, ink: Ink, opacity: f64, corners: [(i32, i32); 2]) {
        self.draw(&Rectangle::new(corners, ink.mix(opacity).filled()));
    }

    /// A variant's mark.
    pub(super) fn mark(&self, swatch: Swatch, place: (i32, i32), radius: i32) {
        let (ink, hollow) = (Ink::Series(swatch), swatch.is_hollow());
        let style = if hollow { ink.stroke_width(2) } else { ink.filled() };
        match swatch.mark() {
            Mark::Circle => self.draw(&Circle::new(place, radius, style)),
            Mark::Corners(corners) => {
                let scaled = |offset: i32| (f64::from(offset * radius) / 100.0).round() as i32;
                let corner = |(right, down): &(i32, i32)| (place.0 + scaled(*right), place.1 + scaled(*down));
                let mut outline: Vec<_> = corners.iter().map(corner).collect();
                if hollow {
                    outline.push(outline[0]);
                    self.line(ink, 2, outline);
                } else {
                    self.area(ink, 1.0, outline);
                }
            }
        }
    }

    /// A text whose left end, middle or right end is at a place.
    pub(super) fn text(&self, place: (i32, i32), anchor: HPos, text: impl Display) {
        let style = TextStyle::from(FontFamily::SansSerif)
            .color(&Ink::Text)
            .pos(Pos::new(anchor, VPos::Center));
        self.draw(&Text::new(text.to_string(), place, style));
    }
}
