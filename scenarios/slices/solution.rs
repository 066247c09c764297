pub fn solve(buffer: &Data) -> u64 {
    let mut rest = &buffer[..];
    let mut total = 0;
    while let Some((&length, after)) = rest.split_first() {
        let (message, next) = after.split_at(length.into());
        total += checksum(message);
        rest = next;
    }
    total
}

fn checksum(message: &[u8]) -> u64 {
    message.iter().map(|&byte| u64::from(byte)).sum::<u64>() % 255
}
