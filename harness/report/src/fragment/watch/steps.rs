//! The steps of a run as they are shown: of a record, or of a picture that was written by hand.

use heapbook_engine::record::{Name as SeenName, Object as SeenObject, Picture, Seen};
use heapbook_engine::scenario::{DrawnObject, DrawnPicture, DrawnStep, Held};

use crate::picture::{Frame, Hold, Moment, Name, Object, Target};

/// A run, step by step.
pub(super) struct Run {
    /// What each step did.
    pub(super) steps: Vec<Step>,
    /// What was there after it.
    pub(super) moments: Vec<Moment>,
    /// How many steps there were.
    pub(super) total: u64,
}

/// What a step did.
pub(super) struct Step {
    /// The line; `None` before the first.
    pub(super) line: Option<u32>,
    /// Bytes that it made.
    pub(super) made: i64,
    /// Bytes that it freed.
    pub(super) freed: i64,
    /// Bytes live after it.
    pub(super) live: i64,
    /// Of these, bytes that the interpreter keeps spare, as far as that is known.
    pub(super) spare: i64,
    /// Whether the function has returned.
    pub(super) returns: bool,
    /// Objects that are not drawn.
    pub(super) left_out: u64,
}

/// What stands above the names once the function has returned.
const AFTER: &str = "after the return";

impl Run {
    /// The run of a record.
    pub(super) fn of_record(picture: &Picture) -> Self {
        let steps = picture.steps.iter().map(|step| {
            let returns = step.seen.frames.iter().any(|frame| frame.function.is_empty());
            Step {
                line: step.seen.line,
                made: step.made_bytes.0,
                freed: step.freed_bytes.0,
                live: step.live_bytes.0,
                spare: if returns { picture.spare_bytes.0 } else { 0 },
                returns,
                left_out: step.seen.left_out,
            }
        });
        let moments = picture.steps.iter();
        Run {
            steps: steps.collect(),
            moments: moments.map(|step| seen(&step.seen, step.live_bytes.0)).collect(),
            total: picture.total_steps,
        }
    }

    /// The run of a picture that was written by hand.
    pub(super) fn of_file(picture: &DrawnPicture) -> Self {
        let (mut steps, mut moments, mut live) = (Vec::new(), Vec::new(), 0);
        for (index, step) in picture.steps.iter().enumerate() {
            live += step.made_bytes.0 - step.freed_bytes.0;
            steps.push(Step {
                line: step.line,
                made: step.made_bytes.0,
                freed: step.freed_bytes.0,
                live,
                spare: 0,
                returns: index + 1 == picture.steps.len(),
                left_out: 0,
            });
            moments.push(drawn(step, live));
        }
        Run {
            total: steps.len() as u64,
            steps,
            moments,
        }
    }
}

fn seen(seen: &Seen, live: i64) -> Moment {
    let frames = seen.frames.iter().map(|frame| Frame {
        title: match frame.function.as_str() {
            "" => AFTER.to_owned(),
            "<module>" => "the module".to_owned(),
            function => function.to_owned(),
        },
        names: frame.names.iter().map(seen_name).collect(),
    });
    Moment {
        frames: frames.collect(),
        objects: seen.objects.iter().map(seen_object).collect(),
        live,
    }
}

fn seen_name(seen: &SeenName) -> Name {
    Name {
        name: seen.name.clone(),
        to: match seen.object {
            Some(number) => Target::Object(number, Hold::Owns),
            None => Target::Value(seen.text.clone().unwrap_or_default()),
        },
    }
}

fn seen_object(seen: &SeenObject) -> Object {
    let others = seen.refers_to.iter();
    Object {
        number: seen.number,
        kind: seen.kind.clone(),
        text: seen.text.clone().unwrap_or_default(),
        bytes: seen.bytes.0,
        estimated: seen.estimated,
        unreached: seen.unreached,
        refers_to: others.map(|&number| (number, Hold::Owns)).collect(),
    }
}

fn drawn(step: &DrawnStep, live: i64) -> Moment {
    let frames = step.frames.iter().map(|(title, names)| Frame {
        title: title.clone(),
        names: names.iter().map(|(name, held)| drawn_name(name, held)).collect(),
    });
    Moment {
        frames: frames.collect(),
        objects: step.objects.iter().map(drawn_object).collect(),
        live,
    }
}

fn drawn_name(name: &str, held: &Held) -> Name {
    Name {
        name: name.to_owned(),
        to: match held {
            Held::Owned(number) => Target::Object(*number, Hold::Owns),
            Held::Borrowed(number) => Target::Object(*number, Hold::Borrows),
            Held::Moved => Target::Moved,
            Held::Value(text) => Target::Value(text.clone()),
        },
    }
}

fn drawn_object(object: &DrawnObject) -> Object {
    let others = object.holds.iter().filter_map(|held| match held {
        Held::Owned(number) => Some((*number, Hold::Owns)),
        Held::Borrowed(number) => Some((*number, Hold::Borrows)),
        Held::Moved | Held::Value(_) => None,
    });
    Object {
        number: object.number,
        kind: object.kind.clone(),
        text: object.text.clone(),
        bytes: object.bytes.0,
        estimated: false,
        unreached: object.unreached,
        refers_to: others.collect(),
    }
}
