use std::fmt::Write;
use std::hint::black_box;

fn piece(i: usize) -> String {
    black_box(format!("line {i:06} of text\n"))
}

pub fn push_str(n: usize) -> String {
    let mut text = String::new();
    for i in 0..n {
        text.push_str(&piece(i));
    }
    text
}

pub fn write_into(n: usize) -> String {
    let mut text = String::new();
    for i in 0..n {
        writeln!(text, "line {i:06} of text").expect("a string takes everything");
    }
    text
}

pub fn format_anew(n: usize) -> String {
    let mut text = String::new();
    for i in 0..n {
        text = black_box(format!("{text}line {i:06} of text\n"));
    }
    text
}

pub fn concat(n: usize) -> String {
    let pieces: Vec<String> = (0..n).map(piece).collect();
    pieces.concat()
}

pub fn one_wide_character(n: usize) -> String {
    let mut pieces: Vec<String> = (0..n).map(piece).collect();
    pieces.push("\u{1F600}".to_owned());
    pieces.concat()
}

pub fn sum_of_numbers(text: &str) -> u64 {
    text.split_whitespace()
        .filter_map(|word| word.parse::<u64>().ok())
        .sum()
}
