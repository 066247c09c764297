use std::hint::black_box;

pub fn make_samples(n: usize) -> Vec<i64> {
    (0..n as i64).map(|i| i % 100).collect()
}

pub fn half_borrowed(samples: &[i64]) -> &[i64] {
    &samples[..samples.len() / 2]
}

pub fn half_copied(samples: &[i64]) -> Vec<i64> {
    black_box(samples[..samples.len() / 2].to_vec())
}

pub fn with_temporaries(samples: &[i64]) -> Vec<i64> {
    let twice: Vec<i64> = black_box(samples.iter().map(|sample| sample * 2).collect());
    let thrice: Vec<i64> = black_box(samples.iter().map(|sample| sample * 3).collect());
    black_box(
        twice
            .iter()
            .zip(&thrice)
            .map(|(two, three)| two + three)
            .collect(),
    )
}

pub fn in_one_pass(samples: &[i64]) -> Vec<i64> {
    black_box(samples.iter().map(|sample| sample * 2 + sample * 3).collect())
}

pub fn checksum(half: &[i64]) -> u64 {
    (1..)
        .zip(half)
        .map(|(place, &sample)| place * (sample as u64 + 1))
        .sum()
}

pub fn checksum_of_fifth(total: &[i64]) -> u64 {
    let half: Vec<i64> = total[..total.len() / 2].iter().map(|value| value / 5).collect();
    checksum(&half)
}
