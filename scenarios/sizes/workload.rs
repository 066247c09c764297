use std::collections::HashMap;
use std::hint::black_box;

pub fn words(n: usize) -> Vec<String> {
    (1..=n).map(|i| format!("word {i}")).collect()
}

type Index<'a> = HashMap<&'a str, bool>;

pub fn index(words: &[String]) -> Index<'_> {
    black_box(words.iter().map(|word| (word.as_str(), true)).collect())
}

pub fn emptied(words: &[String]) -> Index<'_> {
    let mut index = index(words);
    for word in words.iter().rev().skip(1) {
        index.remove(word.as_str());
    }
    index
}

pub fn emptied_and_shrunk(words: &[String]) -> Index<'_> {
    let mut index = emptied(words);
    index.shrink_to_fit();
    index
}

pub fn emptied_vec(words: &[String]) -> Vec<&str> {
    let mut queue: Vec<&str> = black_box(words.iter().map(String::as_str).collect());
    queue.drain(..queue.len().saturating_sub(1));
    queue
}

pub fn as_size_of_says(words: &[String]) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = words
        .chunks(100)
        .map(|row| row.iter().map(String::as_str).collect())
        .collect();
    let size = size_of_val(&rows);
    let number = black_box(&rows).iter().flatten().copied().map(number);
    let mut block = vec![0; size];
    block[..8].copy_from_slice(&number.max().unwrap_or_default().to_le_bytes());
    block
}

fn number(word: &str) -> u64 {
    word[5..].parse().unwrap_or_default()
}

// Of all words: that none is missing shows in how many there are.
pub fn highest_key(index: &Index<'_>) -> u64 {
    let highest = index.keys().copied().map(number).max();
    highest
        .filter(|&number| number == index.len() as u64)
        .unwrap_or_default()
}

fn alone<'a>(mut words: impl Iterator<Item = &'a str>) -> u64 {
    let word = words.next();
    word.filter(|_| words.next().is_none())
        .map(number)
        .unwrap_or_default()
}

pub fn the_one_key_left(index: &Index<'_>) -> u64 {
    alone(index.keys().copied())
}

pub fn the_one_left(words: &[&str]) -> u64 {
    alone(words.iter().copied())
}

pub fn number_within(block: &[u8]) -> u64 {
    block[..8]
        .iter()
        .rev()
        .fold(0, |number, &byte| number << 8 | u64::from(byte))
}
