//! Chapters through the whole crate: fixture scenarios and records in, fragments out.

mod claims;
mod directives;
mod escaping;
mod fixture;
mod listings;
mod mutation;
mod plots;
mod standalone;
mod tables;
mod values;
