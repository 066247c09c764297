use std::collections::HashMap;

pub fn solve(texts: &Data) -> u64 {
    let mut widths = HashMap::new();
    texts.iter().map(|text| width(text, &mut widths)).sum()
}

fn width(text: &str, widths: &mut HashMap<String, u64>) -> u64 {
    if let Some(width) = widths.get(text) {
        return *width;
    }
    let width = text.chars().map(units).sum();
    widths.insert(text.to_owned(), width);
    width
}

fn units(letter: char) -> u64 {
    if letter == '.' { 2 } else { 3 }
}
