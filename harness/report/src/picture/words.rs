//! A moment in words: what has changed since the one before.

use heapbook_model::{Measured, Unit};

use super::{Hold, Moment, Object, Target};
use crate::display;

/// What has changed, for those who do not see it.
pub(crate) fn in_words(moment: &Moment, before: Option<&Moment>) -> String {
    let mut sentences = Vec::new();
    for frame in &moment.frames {
        for name in &frame.names {
            let was = before.and_then(|before| before.target(&frame.title, &name.name));
            if was != Some(&name.to) {
                sentences.push(match &name.to {
                    Target::Value(text) => format!("{} is {text}.", name.name),
                    Target::Moved => format!("{} was moved from.", name.name),
                    Target::Object(number, hold) => {
                        format!("{} {} {}.", name.name, verb(*hold), named(moment, *number))
                    }
                });
            }
        }
    }
    for object in &moment.objects {
        let was = before.and_then(|before| before.object(object.number));
        for (number, hold) in &object.refers_to {
            if was.is_none_or(|was| !was.refers_to.contains(&(*number, *hold))) {
                let other = named(moment, *number);
                sentences.push(format!("{} {} {other}.", label(object), verb(*hold)));
            }
        }
        if object.unreached && was.is_none_or(|was| !was.unreached) {
            sentences.push(format!("No name leads to {} any more.", label(object)));
        }
    }
    let gone = before.into_iter().flat_map(|before| &before.objects);
    for object in gone.filter(|object| moment.object(object.number).is_none()) {
        sentences.push(format!("{} is gone.", label(object)));
    }
    match sentences.as_slice() {
        [] => "Names and objects are as before.".to_owned(),
        _ => sentences.join(" "),
    }
}

fn verb(hold: Hold) -> &'static str {
    match hold {
        Hold::Owns => "refers to",
        Hold::Borrows => "borrows",
    }
}

fn named(moment: &Moment, number: u32) -> String {
    moment
        .object(number)
        .map_or_else(|| "an object".to_owned(), label)
}

/// An object as a sentence names it: several of a type are told apart by their numbers.
fn label(object: &Object) -> String {
    let bytes = display::exact(Unit::Bytes, Measured::Exact(object.bytes));
    format!("{} {} ({bytes})", object.kind, object.number + 1)
}
