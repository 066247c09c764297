use std::fs::File;
use std::hint::black_box;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU64, Ordering};

static MADE: AtomicU64 = AtomicU64::new(0);

pub fn make_file(n: usize) -> File {
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("heapbook-{}-{number}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let mut options = File::options();
    let opened = options.read(true).write(true).create(true).truncate(true);
    let mut file = opened.open(&path).expect("a file in the temporary folder");
    // It lives on without a name until it is closed.
    std::fs::remove_file(&path).expect("it was just made");
    let bytes: Vec<u8> = (0..n).map(|i| (i % 251) as u8).collect();
    file.write_all(&bytes).expect("room on the disk");
    file
}

fn open_again(file: &File) -> File {
    let mut again = file.try_clone().expect("a descriptor");
    again.seek(SeekFrom::Start(0)).expect("a file can be rewound");
    again
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum()
}

pub fn block_scope(file: &File) -> u64 {
    let mut data = vec![0; file.metadata().expect("its size").len() as usize];
    {
        let mut source = open_again(file);
        source.read_exact(&mut data).expect("as many bytes");
    }
    let second = black_box(vec![0_u8; data.len()]);
    sum(&data) + second.len() as u64
}

pub fn data_dropped(file: &File) -> u64 {
    let mut data = vec![0; file.metadata().expect("its size").len() as usize];
    open_again(file).read_exact(&mut data).expect("as many bytes");
    let (total, n) = (sum(&data), data.len());
    drop(data);
    let second = black_box(vec![0_u8; n]);
    total + second.len() as u64
}

pub fn in_chunks(file: &File) -> u64 {
    let mut source = open_again(file);
    let mut chunk = vec![0; 4096];
    let mut total = 0;
    loop {
        let read = source.read(&mut chunk).expect("a file can be read");
        if read == 0 {
            return total;
        }
        total += sum(&chunk[..read]) + read as u64;
    }
}
