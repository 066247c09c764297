//! Moments as SVG. Colours and fonts are the style sheet's (`book/theme/watch.css`), by class.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::layout::Places;
use super::{Frame, Hold, Moment, Name, Object, Target, in_words};
use crate::display;
use crate::escape;
use heapbook_model::{Measured, Unit};

/// As wide as a narrow page's text, so that letters keep their size there.
const WIDTH: i32 = 340;
/// Where the names end.
const NAMES: i32 = 112;
const NAME: i32 = 20;
const BOX_LEFT: i32 = 140;
const BOX_RIGHT: i32 = 302;
const BOX: i32 = 36;
const BOX_AND_GAP: i32 = BOX + 5;
const TOP: i32 = 8;
/// The height of the line of live bytes, with its words.
const LINE: i32 = 64;
/// The mean width of a letter of the names, which are set in a font of one width, and of a box.
const NAME_LETTER: f64 = 7.3;
const BOX_LETTER: f64 = 6.4;

/// Draws each of a run's moments. All are of one height, and mark what has changed since the one
/// before.
pub(crate) fn draw(moments: &[Moment]) -> Vec<String> {
    let places = Places::of(moments);
    let rows = moments.iter().map(height_of_names).max().unwrap_or_default();
    let middle = TOP + rows.max(places.count() as i32 * BOX_AND_GAP);
    let drawn = (0..moments.len()).map(|index| {
        let moment = &moments[index];
        let before = index.checked_sub(1).map(|index| &moments[index]);
        let mut shapes = Shapes {
            svg: String::new(),
            arrows: BTreeMap::new(),
            moment,
            before,
            places: &places,
        };
        shapes.frames();
        shapes.references();
        shapes.arrows();
        shapes.objects();
        shapes.live_bytes(&moments[..=index], moments, middle + 8);
        let height = middle + LINE + 8;
        format!(
            "<svg class=\"hb-scene\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {height}\">{}</svg>",
            escape::html(&in_words(moment, before)),
            shapes.svg
        )
    });
    drawn.collect()
}

fn height_of_names(moment: &Moment) -> i32 {
    let rows = moment.frames.iter().map(|frame| frame.names.len() + 1);
    // A name that has gone stands there for a moment.
    (rows.sum::<usize>() as i32 + 1) * NAME
}

/// The SVG of one moment.
struct Shapes<'a> {
    svg: String,
    /// Lines and heads of the arrows, by their classes: those that look alike are one path.
    arrows: BTreeMap<(&'static str, &'static str), (String, String)>,
    moment: &'a Moment,
    before: Option<&'a Moment>,
    places: &'a Places,
}

impl<'a> Shapes<'a> {
    fn frames(&mut self) {
        let mut y = TOP;
        for frame in &self.moment.frames {
            self.text(
                "hb-frame",
                0,
                y + 14,
                &fitted(&frame.title, f64::from(NAMES), BOX_LETTER),
            );
            y += NAME;
            for name in &frame.names {
                self.name(frame, name, y);
                y += NAME;
            }
            for gone in self.gone_names(frame) {
                self.text("hb-name hb-gone", 8, y + 14, &name_shortened(&gone.name));
                y += NAME;
            }
        }
    }

    fn name(&mut self, frame: &Frame, name: &Name, y: i32) {
        let is_new = self
            .before
            .is_some_and(|before| before.target(&frame.title, &name.name) != Some(&name.to));
        let mark = if is_new { " hb-new" } else { "" };
        let (class, label) = match &name.to {
            Target::Value(value) => ("", format!("{} = {value}", name.name)),
            Target::Moved => (" hb-moved", format!("{} (moved)", name.name)),
            Target::Object(..) => ("", name.name.clone()),
        };
        let label = name_shortened(&label);
        let class = format!("hb-name{class}{mark}");
        self.text(&class, 8, y + 14, &label);
        if let Target::Object(number, hold) = name.to
            && let Some(place) = self.places.place(number)
        {
            let from = 8 + (label.chars().count() as f64 * NAME_LETTER) as i32 + 6;
            let (start, end) = (y + 10, box_top(place) + BOX / 2);
            let bend = (from + BOX_LEFT) / 2;
            let path = format!(
                "M{from} {start}C{bend} {start} {bend} {end} {} {end}",
                BOX_LEFT - 5
            );
            self.arrow(hold, mark, &path, &format!("M{BOX_LEFT} {end}l-8 -4v8z"));
        }
    }

    /// The names that the frame had a moment before.
    fn gone_names(&self, frame: &Frame) -> Vec<&'a Name> {
        let frames = self.before.into_iter().flat_map(|before| &before.frames);
        let names = frames
            .filter(|other| other.title == frame.title)
            .flat_map(|other| &other.names);
        let is_here = |name: &&Name| frame.names.iter().any(|other| other.name == name.name);
        names.filter(|name| !is_here(name)).collect()
    }

    /// The boxes: those that look alike in one group.
    fn objects(&mut self) {
        let mut groups: BTreeMap<&str, Boxes> = BTreeMap::new();
        for object in &self.moment.objects {
            let is_new = self
                .before
                .is_some_and(|before| before.object(object.number).is_none());
            let class = match (object.unreached, is_new) {
                (true, _) => " hb-unreached",
                (false, true) => " hb-new",
                (false, false) => "",
            };
            let text = match (object.unreached, object.text.as_str()) {
                (true, "") => "unreached",
                (_, text) => text,
            };
            groups.entry(class).or_default().add(object, self.places, text);
        }
        let gone = self.before.into_iter().flat_map(|before| &before.objects);
        for object in gone.filter(|object| self.moment.object(object.number).is_none()) {
            groups
                .entry(" hb-gone")
                .or_default()
                .add(object, self.places, "gone");
        }
        for (class, boxes) in groups {
            let _ = write!(
                self.svg,
                "<g class=\"hb-box{class}\"><path d=\"{}\"/><g class=\"hb-kinds\">{}</g>{}<g class=\"hb-sizes\">{}</g></g>",
                boxes.frames, boxes.kinds, boxes.texts, boxes.sizes
            );
        }
    }

    /// The arrows from object to object, to the right of them: the farther, the wider the bend.
    fn references(&mut self) {
        for object in &self.moment.objects {
            let Some(from) = self.places.place(object.number) else {
                continue;
            };
            for &(number, hold) in &object.refers_to {
                let Some(to) = self.places.place(number) else {
                    continue;
                };
                let before = self.before.and_then(|before| before.object(object.number));
                let was_there = before.is_none_or(|before| before.refers_to.contains(&(number, hold)));
                let mark = if was_there { "" } else { " hb-new" };
                let bend = BOX_RIGHT + (14 + 11 * from.abs_diff(to) as i32).min(48);
                let (start, end) = (box_top(from) + 10, box_top(to) + 26);
                let path = format!(
                    "M{BOX_RIGHT} {start}C{bend} {start} {bend} {end} {} {end}",
                    BOX_RIGHT + 5
                );
                self.arrow(hold, mark, &path, &format!("M{BOX_RIGHT} {end}l8 -4v8z"));
            }
        }
    }

    /// The line of live bytes up to this moment, on the scale of the whole run.
    fn live_bytes(&mut self, so_far: &[Moment], all: &[Moment], top: i32) {
        let highest = all.iter().map(|moment| moment.live).fold(0, i64::max);
        let (ceiling, floor) = (top + 24, top + LINE - 8);
        let place = |live: i64| {
            let share = live.max(0) as f64 / highest.max(1) as f64;
            floor - (share * f64::from(floor - ceiling)).round() as i32
        };
        let step = f64::from(WIDTH - 24) / (all.len().saturating_sub(1).max(1)) as f64;
        let (mut path, mut at) = (String::new(), (8, floor));
        for (index, moment) in so_far.iter().enumerate() {
            let next = (8 + (index as f64 * step) as i32, place(moment.live));
            let _ = match index {
                0 => write!(path, "M{} {}", next.0, next.1),
                _ => write!(path, "H{}V{}", next.0, next.1),
            };
            at = next;
        }
        let words = format!(
            "{} live; most after a line: {}",
            exact(self.moment.live),
            exact(highest)
        );
        self.text("hb-live-words", 8, top + 12, &words);
        let _ = write!(
            self.svg,
            "<path class=\"hb-live-floor\" d=\"M8 {floor}H{}\"/><path class=\"hb-live\" d=\"{path}\"/><circle class=\"hb-live-now\" cx=\"{}\" cy=\"{}\" r=\"4\"/>",
            WIDTH - 16,
            at.0,
            at.1
        );
    }

    fn arrow(&mut self, hold: Hold, mark: &'static str, line: &str, head: &str) {
        let dashed = match hold {
            Hold::Owns => "",
            Hold::Borrows => " hb-borrows",
        };
        let (lines, heads) = self.arrows.entry((dashed, mark)).or_default();
        lines.push_str(line);
        heads.push_str(head);
    }

    fn arrows(&mut self) {
        for ((dashed, mark), (lines, heads)) in &self.arrows {
            let _ = write!(
                self.svg,
                "<path class=\"hb-arrow{dashed}{mark}\" d=\"{lines}\"/><path class=\"hb-head{mark}\" d=\"{heads}\"/>"
            );
        }
    }

    fn text(&mut self, class: &str, x: i32, y: i32, words: &str) {
        let words = escape::html(words);
        let _ = write!(
            self.svg,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{words}</text>"
        );
    }
}

/// Boxes of one class.
#[derive(Default)]
struct Boxes {
    frames: String,
    kinds: String,
    texts: String,
    sizes: String,
}

impl Boxes {
    fn add(&mut self, object: &Object, places: &Places, text: &str) {
        let Some(place) = places.place(object.number) else {
            return;
        };
        let (top, width) = (box_top(place), BOX_RIGHT - BOX_LEFT);
        let _ = write!(self.frames, "M{BOX_LEFT} {top}h{width}v{BOX}h-{width}z");
        let about = if object.estimated { "≈ " } else { "" };
        let bytes = format!("{about}{}", exact(object.bytes));
        let room = f64::from(width - 20) - bytes.chars().count() as f64 * BOX_LETTER;
        let kind = fitted(&object.kind, f64::from(width - 16), BOX_LETTER);
        let (left, right) = (BOX_LEFT + 8, BOX_RIGHT - 8);
        plain_text(&mut self.kinds, left, top + 15, &kind);
        plain_text(&mut self.texts, left, top + 30, &fitted(text, room, BOX_LETTER));
        plain_text(&mut self.sizes, right, top + 30, &bytes);
    }
}

fn plain_text(svg: &mut String, x: i32, y: i32, words: &str) {
    if !words.is_empty() {
        let words = escape::html(words);
        let _ = write!(svg, "<text x=\"{x}\" y=\"{y}\">{words}</text>");
    }
}

fn box_top(place: usize) -> i32 {
    TOP + place as i32 * BOX_AND_GAP
}

fn name_shortened(text: &str) -> String {
    fitted(text, f64::from(NAMES - 8), NAME_LETTER)
}

fn exact(bytes: i64) -> String {
    display::exact(Unit::Bytes, Measured::Exact(bytes))
}

/// The text, or as much of it as there is room for.
fn fitted(text: &str, room: f64, letter: f64) -> String {
    let most = (room / letter).max(2.0) as usize;
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(most - 1).collect();
    kept.push('…');
    kept
}
