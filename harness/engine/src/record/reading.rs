//! Reading a records file that this harness wrote: a line for each cell, parsed in blocks, on every processor.
//!
//! The text of a large file is never in memory as a whole. Whatever does not have exactly the written form is left to
//! the ordinary parser, which also knows where a mistake stands.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::records::{Records, SCHEMA};
use super::{Cell, Cells};

/// Text that one thread parses at a time.
const BLOCK: usize = 2 << 20;

/// What stands after the last cell.
const END: &[u8] = b"]}\n";

/// Reads records, or gives nothing where the text has another form than [`Records::write`] gives it.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn read(file: impl Read) -> io::Result<Option<Records>> {
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let Some(mut records) = head(&mut reader)? else {
        return Ok(None);
    };
    Ok(cells(reader)?.map(|cells| {
        records.cells = cells;
        records
    }))
}

/// Everything before the first cell.
fn head(reader: &mut impl BufRead) -> io::Result<Option<Records>> {
    let mut text = String::new();
    while !text.ends_with("\n\"cells\":[\n") {
        // A newer form, or another one, would be read on and on: the head has a line for each machine.
        let read = reader.read_line(&mut text);
        match read {
            Ok(1..) if text.starts_with("{\"schema\":") && text.len() < BLOCK => {}
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    text.push_str("]}");
    let records: Option<Records> = serde_json::from_str(&text).ok();
    Ok(records.filter(|records| records.schema <= SCHEMA))
}

/// The cells, in order; nothing where a line is none.
fn cells(reader: impl Read) -> io::Result<Option<Cells>> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(8);
    let (blocks, waiting) = mpsc::sync_channel(threads);
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        let parsing: Vec<_> = (0..threads)
            .map(|_| scope.spawn(|| parse_blocks(&waiting)))
            .collect();
        let read = send_blocks(reader, &blocks);
        drop(blocks);
        let parsed: Option<Vec<_>> = parsing
            .into_iter()
            .map(|thread| thread.join().ok().flatten())
            .collect();
        let whole = read?;
        Ok(parsed
            .filter(|_| whole)
            .map(|parsed| in_order(parsed.into_iter().flatten().collect())))
    })
}

/// Cells of one block, with its number.
type Parsed = (usize, Vec<Cell>);

fn in_order(mut blocks: Vec<Parsed>) -> Cells {
    blocks.sort_unstable_by_key(|(number, _)| *number);
    let mut cells = Vec::with_capacity(blocks.iter().map(|(_, cells)| cells.len()).sum());
    for (_, block) in blocks {
        cells.extend(block);
    }
    cells.into()
}

/// Cuts the text into blocks of whole lines. Gives whether it ended as it should.
fn send_blocks(mut reader: impl Read, blocks: &SyncSender<(usize, Vec<u8>)>) -> io::Result<bool> {
    let mut rest = Vec::new();
    for number in 0.. {
        let mut block = std::mem::take(&mut rest);
        let wanted = BLOCK.max(block.len() + BLOCK) - block.len();
        let ended = reader.by_ref().take(wanted as u64).read_to_end(&mut block)? < wanted;
        if ended {
            let Some(cells) = block.strip_suffix(END) else {
                return Ok(false);
            };
            // The last cell has no comma: with one, every line of every block has the same form.
            let mut cells = cells.to_vec();
            if let Some(last) = cells.last_mut().filter(|last| **last == b'\n') {
                *last = b',';
                cells.push(b'\n');
            }
            return Ok(blocks.send((number, cells)).is_ok());
        }
        let whole = block
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        rest = block.split_off(whole);
        if blocks.send((number, block)).is_err() {
            return Ok(false);
        }
    }
    Ok(false)
}

/// Parses blocks until there are no more; nothing once a line is no cell.
fn parse_blocks(waiting: &Mutex<Receiver<(usize, Vec<u8>)>>) -> Option<Vec<Parsed>> {
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok();
    let mut parsed = Some(Vec::new());
    // Blocks are taken even after a failure, so that whoever sends them is not kept waiting.
    while let Some((number, block)) = next() {
        let lines = block.split_inclusive(|&byte| byte == b'\n');
        let cells: Option<Vec<Cell>> = lines.map(parse_line).collect();
        parsed = parsed.zip(cells).map(|(mut parsed, cells)| {
            parsed.push((number, cells));
            parsed
        });
    }
    parsed
}

fn parse_line(line: &[u8]) -> Option<Cell> {
    let mut cell = serde_json::from_slice(line.strip_suffix(b",\n")?).ok()?;
    remove_slack(&mut cell);
    Some(cell)
}

/// Gives back what lists were given beyond their length while nobody knew it: a quarter of a cell.
fn remove_slack(cell: &mut Cell) {
    if let Some(memory) = &mut cell.memory {
        memory.processes.shrink_to_fit();
        memory.sizes.shrink_to_fit();
        memory.live_after_calls.shrink_to_fit();
        if let Some(timeline) = &mut memory.timeline {
            timeline.points.shrink_to_fit();
        }
    }
    for process in cell.time.iter_mut().flat_map(|time| &mut time.processes) {
        process.round.shrink_to_fit();
        process.iterations.shrink_to_fit();
        process.total_ns.shrink_to_fit();
        process.cpu_ns.shrink_to_fit();
        process.turn_ns.shrink_to_fit();
        process.collections.shrink_to_fit();
    }
    if let Some(time) = &mut cell.time {
        time.processes.shrink_to_fit();
    }
    if let Some(lines) = &mut cell.lines {
        lines.lines.shrink_to_fit();
        lines.events.shrink_to_fit();
    }
    if let Some(resident) = &mut cell.resident {
        resident.processes.shrink_to_fit();
    }
}
