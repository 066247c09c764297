//! Which course a program's memory takes: its curve, without a name, and what the figures say of
//! each course.

use heapbook_engine::figures::{AfterCalls, Course};
use heapbook_engine::record::{Cell, Timeline};
use heapbook_model::{Bytes, Measured, Unit};

use super::super::parts::data;
use super::judged::Judged;
use crate::display;

/// The drawing's size, in pixels of a narrow page.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 96.0;

/// Where the part within a call ends, and the part after calls begins.
const CALL_ENDS: f64 = 190.0;
const AFTER_BEGINS: f64 = 214.0;

/// The courses, of which the record leaves one.
pub(super) fn judged(cell: &Cell) -> Option<Vec<Judged>> {
    let seen = AfterCalls::of(cell)?;
    let right = seen.course()?;
    let options = Course::ALL.map(|course| Judged {
        shown: in_words(course).to_owned(),
        is_right: course == right,
        says: evidence(&seen, course),
    });
    Some(options.into())
}

fn in_words(course: Course) -> &'static str {
    match course {
        Course::Leak => "A leak: every call leaves something behind",
        Course::Cache => "A cache that fills: the first call leaves something, later ones don’t",
        Course::Unreturned => "Freed, and not given back: the process stays large with nothing in it",
        Course::Peak => "One high peak: large for a moment, and then it’s gone",
    }
}

/// The figures that speak for or against a course.
fn evidence(seen: &AfterCalls<'_>, course: Course) -> String {
    let live = seen.live_after_calls;
    let at = |call: Option<&Bytes>| shown(call.copied().unwrap_or_default());
    match course {
        Course::Leak | Course::Cache => format!(
            "After the first call {} are live, after call {} {}.",
            at(live.first()),
            live.len(),
            at(live.last())
        ),
        Course::Unreturned | Course::Peak => format!(
            "The process had {} more at the highest, and {} when all was dropped. {} are live then.",
            shown(seen.resident_peak),
            shown(seen.resident_after.1),
            at(live.first())
        ),
    }
}

fn shown(bytes: Bytes) -> String {
    data(Unit::Bytes, Measured::Exact(bytes.0), &display::bytes(bytes.0))
}

/// The curve: live bytes within a call and after each of several, and what the system saw, dashed.
pub(super) fn drawing(cell: &Cell) -> Option<String> {
    let seen = AfterCalls::of(cell)?;
    let timeline = cell.memory.as_ref()?.timeline.as_ref()?;
    let after = seen.live_after_calls;
    let highest = after.iter().chain([&seen.peak, &seen.resident_peak]).max()?;
    let y = |bytes: Bytes| HEIGHT - 22.0 - bytes.0.max(0) as f64 / highest.0.max(1) as f64 * (HEIGHT - 30.0);
    let step = (WIDTH - 6.0 - AFTER_BEGINS) / (after.len() as f64 - 1.0).max(1.0);
    let dots = after.iter().enumerate().map(|(call, live)| {
        let x = AFTER_BEGINS + call as f64 * step;
        format!("<circle cx=\"{x:.1}\" cy=\"{:.1}\" r=\"2.5\"></circle>", y(*live))
    });
    let level = |from: f64, to: f64, bytes: Bytes| {
        let y = y(bytes);
        format!("<path d=\"M{from} {y:.1}H{to}\" class=\"hb-seen\"></path>")
    };
    let middle = (CALL_ENDS + AFTER_BEGINS) / 2.0;
    let base = HEIGHT - 22.0;
    Some(format!(
        "<figure class=\"hb-course\"><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><path class=\"hb-ground\" d=\"M2 {base}H{CALL_ENDS}M{AFTER_BEGINS} {base}H{}\"></path><path class=\"hb-live\" d=\"{}\"></path>{}{}{}<text x=\"2\" y=\"{}\">one call</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">after each of {}</text></svg><figcaption>Solid: live bytes, up to {}. Dashed: by how much the process grew in its first call, {} at the highest and {} when all was dropped.{}</figcaption></figure>",
        described(&seen),
        WIDTH - 4.0,
        path(timeline, y),
        dots.collect::<String>(),
        level(2.0, middle, seen.resident_peak),
        level(middle, AFTER_BEGINS + step / 2.0, seen.resident_after.1),
        HEIGHT - 5.0,
        WIDTH - 4.0,
        HEIGHT - 5.0,
        after.len(),
        shown(after.iter().copied().chain([seen.peak]).max()?),
        shown(seen.resident_peak),
        shown(seen.resident_after.1),
        room_before(&seen),
    ))
}

/// Why a process may grow by less than a call needs.
fn room_before(seen: &AfterCalls<'_>) -> &'static str {
    match seen.resident_peak.0 * 2 < seen.peak.0 {
        true => " It had room for the rest from before the call.",
        false => "",
    }
}

/// Live bytes within the call, from its beginning to its end. What would lie on one pixel's row is
/// one line.
fn path(timeline: &Timeline, y: impl Fn(Bytes) -> f64) -> String {
    let step = (CALL_ENDS - 2.0) / timeline.points.len().max(1) as f64;
    let mut row = y(Bytes(0)).round();
    let mut path = format!("M2 {row}");
    for (place, point) in timeline.points.iter().enumerate() {
        let x = (2.0 + (place as f64 + 0.5) * step).round();
        for to in [point.high, point.end].map(|bytes| y(bytes).round()) {
            if to != row {
                path.push_str(&format!("H{x}V{to}"));
                row = to;
            }
        }
    }
    path + &format!("H{CALL_ENDS}")
}

/// The curve for those who listen to the page, without the answer.
fn described(seen: &AfterCalls<'_>) -> String {
    let live = seen.live_after_calls.iter();
    let live: Vec<String> = live.map(|bytes| display::bytes(bytes.0)).collect();
    format!(
        "Live bytes: at most {} within a call; after each call {}. The system saw {} at the highest, and {} when all was dropped.",
        display::bytes(seen.peak.0),
        live.join(", "),
        display::bytes(seen.resident_peak.0),
        display::bytes(seen.resident_after.1.0)
    )
}
