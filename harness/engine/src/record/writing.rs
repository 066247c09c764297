//! Writing the cells of a records file: a line for each, made in blocks on every processor, in order.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;

use super::Cell;

/// Cells that one thread makes into text at a time: about a megabyte.
const BLOCK: usize = 256;

/// Writes the cells, separated by commas.
///
/// # Errors
/// When the writer refuses.
pub(super) fn write(cells: &[Cell], writer: &mut impl Write) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let blocks: Vec<&[Cell]> = cells.chunks(BLOCK).collect();
    if threads == 1 || blocks.len() == 1 {
        return blocks
            .iter()
            .enumerate()
            .try_for_each(|(number, block)| writer.write_all(&text(block, number == 0)?));
    }
    thread::scope(|scope| {
        // Thread k makes the blocks k, k + threads ..., and waits while two of them are not yet written.
        let made: Vec<Receiver<io::Result<Vec<u8>>>> = (0..threads)
            .map(|first| {
                let (sender, receiver) = mpsc::sync_channel(2);
                let blocks = &blocks;
                scope.spawn(move || make(blocks, first, threads, &sender));
                receiver
            })
            .collect();
        // Dropped at the first error, and the threads with it: nobody is left to send to.
        (0..blocks.len()).try_for_each(|number| {
            let gone = || io::Error::other("a thread that makes text of records has ended");
            let text = made[number % threads].recv().map_err(|_| gone())??;
            writer.write_all(&text)
        })
    })
}

fn make(blocks: &[&[Cell]], first: usize, step: usize, sender: &SyncSender<io::Result<Vec<u8>>>) {
    for number in (first..blocks.len()).step_by(step) {
        if sender.send(text(blocks[number], number == 0)).is_err() {
            return;
        }
    }
}

/// The lines of a block.
fn text(cells: &[Cell], is_first: bool) -> io::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(1 << 20);
    for (index, cell) in cells.iter().enumerate() {
        text.extend_from_slice(if is_first && index == 0 { b"\n" } else { b",\n" });
        serde_json::to_writer(&mut text, cell)?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Records;
    use crate::sample;

    /// Cells of several blocks, each of another size.
    fn many() -> Records {
        let mut records = Records::default();
        for n in 0..(3 * BLOCK as u64 + 5) {
            records.insert(&sample::machine("one"), sample::cell("python.build", n, 5));
        }
        records
    }

    #[test]
    fn the_cells_of_several_blocks_stand_in_order() {
        let records = many();
        let read: Records = serde_json::from_str(&records.to_json()).unwrap();
        assert_eq!(read, records);
    }

    #[test]
    fn a_writer_that_refuses_ends_it() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, text: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(text.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(text.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let error = write(&many().cells, &mut Full(500_000)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
