//! Colours, marks and dashes: a variant has the same ones in tabs, tables and plots.
//!
//! A variant's place among its language's variants decides them, so that they need no table of
//! their own and stay what they are when a chapter shows only some of the variants. The colours
//! (Okabe and Ito's palette, with darker and lighter shades where the contrast with a theme's
//! background asks for them) stand in `book/theme/heapbook.css` as variables; what stands here is
//! only the fallback for a page without that file.

use heapbook_engine::scenario::Scenario;
use heapbook_model::{Language, VariantName};

/// How one variant looks: a place among the looks, for a style of plotters to carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Swatch(pub(crate) u8);

/// The shape of a point. All shapes are closed, so that each can be drawn hollow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Drawn as a circle.
    Circle,
    /// Corners, for a mark that reaches about 100 in each direction.
    Corners(&'static [(i32, i32)]),
}

struct Look {
    variable: &'static str,
    fallback: &'static str,
    mark: Mark,
    /// Lengths of strokes and gaps; empty for an unbroken line.
    dash: &'static str,
}

/// How many looks there are before the marks are drawn hollow.
const FILLED: u8 = LOOKS.len() as u8;

const SQUARE: Mark = Mark::Corners(&[(-85, -85), (85, -85), (85, 85), (-85, 85)]);
const UP: Mark = Mark::Corners(&[(0, -110), (105, 80), (-105, 80)]);
const DOWN: Mark = Mark::Corners(&[(0, 110), (105, -80), (-105, -80)]);
const LEFT: Mark = Mark::Corners(&[(-110, 0), (80, 105), (80, -105)]);
const RIGHT: Mark = Mark::Corners(&[(110, 0), (-80, 105), (-80, -105)]);
const DIAMOND: Mark = Mark::Corners(&[(0, -120), (120, 0), (0, 120), (-120, 0)]);
const PLUS: Mark = Mark::Corners(&all_round([(-40, -115), (40, -115), (40, -40)]));
const CROSS: Mark = Mark::Corners(&all_round([(-110, -55), (-55, -110), (0, -55)]));

/// A quarter of a shape, turned to all four sides.
const fn all_round(quarter: [(i32, i32); 3]) -> [(i32, i32); 12] {
    let [one, two, three] = quarter;
    let mut corners = [one, two, three, one, two, three, one, two, three, one, two, three];
    let mut index = 3;
    while index < corners.len() {
        let (x, y) = corners[index - 3];
        corners[index] = (-y, x);
        index += 1;
    }
    corners
}

/// Python's looks, then Rust's.
const LOOKS: [Look; 10] = [
    look("--hb-python-0", "#0072B2", Mark::Circle, ""),
    look("--hb-python-1", "#009E73", SQUARE, "9 4"),
    look("--hb-python-2", "#56B4E9", UP, "2 4"),
    look("--hb-python-3", "#5B5FC7", RIGHT, "10 4 2 4"),
    look("--hb-python-4", "#4B8B1F", PLUS, "6 3"),
    look("--hb-python-5", "#0B7A8C", LEFT, "10 4 2 4 2 4"),
    look("--hb-rust-0", "#D55E00", DIAMOND, "14 3"),
    look("--hb-rust-1", "#E69F00", DOWN, "5 5"),
    look("--hb-rust-2", "#8C4A2F", CROSS, "14 3 4 3"),
    look("--hb-rust-3", "#B0413E", SQUARE, "3 2"),
];

/// How many of the looks are Python's.
const PYTHON: usize = 6;

const fn look(variable: &'static str, fallback: &'static str, mark: Mark, dash: &'static str) -> Look {
    Look {
        variable,
        fallback,
        mark,
        dash,
    }
}

impl Swatch {
    /// The look of a variant of the scenario.
    pub(crate) fn of(scenario: &Scenario, name: &VariantName) -> Self {
        let alike = scenario
            .variants
            .iter()
            .filter(|variant| variant.name.language == name.language);
        let place = alike.take_while(|variant| &variant.name != name).count();
        Swatch::nth(name.language, place)
    }

    /// The look of a language's variant at a place among them, from 0. Looks come round again,
    /// first with hollow marks.
    pub(crate) fn nth(language: Language, place: usize) -> Self {
        let (first, all) = match language {
            Language::Python => (0, PYTHON),
            Language::Rust => (PYTHON, LOOKS.len() - PYTHON),
        };
        let index = (first + place % all) as u8;
        let is_hollow = (place / all) % 2 == 1;
        Swatch(if is_hollow { index + FILLED } else { index })
    }

    /// Whether its marks are drawn as outlines.
    pub(crate) fn is_hollow(self) -> bool {
        self.0 >= FILLED
    }

    /// The theme's variable, and the colour outside of a theme.
    pub(crate) fn colours(self) -> (&'static str, &'static str) {
        let look = self.look();
        (look.variable, look.fallback)
    }

    /// The colour as a CSS value.
    pub(crate) fn colour(self) -> String {
        let (variable, fallback) = self.colours();
        format!("var({variable}, {fallback})")
    }

    /// The shape of its points.
    pub(crate) fn mark(self) -> Mark {
        self.look().mark
    }

    /// The `stroke-dasharray` of its lines; empty for an unbroken line. Where its marks are hollow,
    /// it is another than that of the same marks filled.
    pub(crate) fn dash(self) -> &'static str {
        let look = if self.is_hollow() {
            self.0 + FILLED / 2
        } else {
            self.0
        };
        LOOKS[usize::from(look % FILLED)].dash
    }

    /// The mark as a small drawing for running text.
    pub(crate) fn inline_mark(self) -> String {
        let colour = self.colour();
        let paint = match self.is_hollow() {
            true => format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"40\""),
            false => format!("fill=\"{colour}\""),
        };
        let shape = match self.mark() {
            Mark::Circle => format!("<circle cx=\"0\" cy=\"0\" r=\"100\" {paint}></circle>"),
            Mark::Corners(corners) => {
                let points: Vec<String> = corners.iter().map(|(x, y)| format!("{x},{y}")).collect();
                format!("<polygon points=\"{}\" {paint}></polygon>", points.join(" "))
            }
        };
        format!(
            "<svg class=\"hb-mark\" width=\"12\" height=\"12\" viewBox=\"-120 -120 240 240\" aria-hidden=\"true\" focusable=\"false\">{shape}</svg>"
        )
    }

    fn look(self) -> &'static Look {
        &LOOKS[usize::from(self.0 % FILLED)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_variants_are_told_apart_without_their_colours() {
        let all: Vec<Swatch> = (0..12)
            .map(|place| Swatch::nth(Language::Python, place))
            .collect();
        for (index, one) in all.iter().enumerate() {
            for other in &all[..index] {
                let is_same_shape = one.mark() == other.mark();
                assert!(
                    !is_same_shape || one.is_hollow() != other.is_hollow(),
                    "{one:?} {other:?}"
                );
                assert!(!is_same_shape || one.dash() != other.dash(), "{one:?} {other:?}");
            }
        }
    }
}
