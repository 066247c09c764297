pub fn solve(data: &Data) -> u64 {
    let (size, versions) = data;
    let mut total = first_hundred(&load(*size, 0));
    for &version in versions {
        let table = load(*size, version);
        total += first_hundred(&table);
    }
    total
}

fn load(size: usize, version: u8) -> Vec<u8> {
    std::hint::black_box(vec![version; size])
}

fn first_hundred(table: &[u8]) -> u64 {
    table.iter().take(100).map(|&byte| u64::from(byte)).sum()
}
