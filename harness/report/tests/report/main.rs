//! Chapters through the whole crate: fixture scenarios and records in, fragments out.

mod account;
mod bench;
mod choices;
mod claims;
mod courses;
mod detail;
mod directives;
mod escaping;
mod exercises;
mod fixture;
mod layers;
mod lines;
mod listings;
mod mutation;
mod pages;
mod plots;
mod predictions;
mod review;
mod standalone;
mod tables;
mod values;
mod watch;
