//! A moment in words.

use super::{Hold, Moment, Object, Target};
use crate::display;

/// What a moment shows, for those who do not see it.
pub(crate) fn in_words(moment: &Moment) -> String {
    let mut sentences = Vec::new();
    for frame in &moment.frames {
        for name in &frame.names {
            sentences.push(match &name.to {
                Target::Value(text) => format!("{} is {text}.", name.name),
                Target::Moved => format!("{} was moved from.", name.name),
                Target::Object(number, hold) => {
                    format!("{} {} {}.", name.name, verb(*hold), named(moment, *number))
                }
            });
        }
    }
    for object in &moment.objects {
        for (number, hold) in &object.refers_to {
            let other = named(moment, *number);
            sentences.push(format!("{} {} {other}.", label(object), verb(*hold)));
        }
        if object.unreached {
            sentences.push(format!("No name leads to {}.", label(object)));
        }
    }
    sentences.join(" ")
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
    let Object { kind, number, bytes, .. } = object;
    format!("{kind} {} ({})", number + 1, display::bytes(*bytes))
}
