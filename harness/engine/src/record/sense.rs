//! What a record cannot say: figures that no measurement gives.

use heapbook_model::Bytes;

use super::{Cell, Memory, MemoryProcess, Picture, Resident, Time};

/// Says what of a cell cannot be, so that it is not taken for a measurement.
pub(super) fn check(cell: &Cell) -> Result<(), String> {
    let slug = &cell.key.scenario;
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if slug.is_empty() || !slug.chars().all(is_name) {
        return Err("its scenario is not a name of letters, digits and hyphens".to_owned());
    }
    if cell.key.variant.language != cell.key.runtime.language {
        return Err("the variant's language is not the runtime's".to_owned());
    }
    cell.memory.as_ref().map_or(Ok(()), memory)?;
    cell.time.as_ref().map_or(Ok(()), time)?;
    cell.picture.as_ref().map_or(Ok(()), picture)?;
    cell.resident.as_ref().map_or(Ok(()), resident)
}

fn memory(memory: &Memory) -> Result<(), String> {
    for process in &memory.processes {
        account(process)?;
    }
    for class in &memory.sizes {
        not_negative("up_to_bytes", class.up_to_bytes)?;
        not_negative("bytes of a size class", class.bytes)?;
    }
    let timeline = memory.timeline.iter().flat_map(|timeline| &timeline.points);
    for point in timeline {
        if !(point.low..=point.high).contains(&point.end) {
            return Err(format!(
                "a point of its timeline ends at {} bytes, outside {} to {}",
                point.end.0, point.low.0, point.high.0
            ));
        }
    }
    Ok(())
}

fn account(process: &MemoryProcess) -> Result<(), String> {
    if process.count == 0 {
        return Err("`count` is 0: expected the number of processes that agreed".to_owned());
    }
    let account = &process.account;
    not_negative("peak_bytes", account.peak_bytes)?;
    not_negative("allocated_bytes", account.allocated_bytes)?;
    not_negative("ledger_bytes", account.ledger_bytes.unwrap_or_default())?;
    if let Some(unseen) = &account.unseen {
        not_negative("mapped_bytes", unseen.mapped_bytes)?;
        not_negative("held_bytes", unseen.held_bytes)?;
        not_negative("child_bytes", unseen.child_bytes)?;
    }
    if account
        .peak_if_moved_bytes
        .is_some_and(|moved| moved < account.peak_bytes)
    {
        return Err("its `peak_if_moved_bytes` lies below its peak".to_owned());
    }
    if account.peak_bytes < account.result_bytes {
        return Err(format!(
            "its peak of {} bytes lies below its result of {}",
            account.peak_bytes.0, account.result_bytes.0
        ));
    }
    let mut domains = account.domains.values();
    domains.try_for_each(|domain| not_negative("allocated_bytes", domain.allocated_bytes))
}

fn time(time: &Time) -> Result<(), String> {
    if time.calls == 0 && !time.processes.is_empty() {
        return Err("`calls` is 0: expected the number of calls in a sample".to_owned());
    }
    for process in &time.processes {
        let samples = process.samples();
        let is_alike = |count: usize| count == 0 || count == samples;
        let lists = [
            process.total_ns.len(),
            process.cpu_ns.len(),
            process.queued_ns.len(),
            process.collections.len(),
        ];
        if !lists.into_iter().all(is_alike) || process.slice_ns.len() % samples.max(1) != 0 {
            return Err("the lists of a process differ in their numbers of samples".to_owned());
        }
    }
    Ok(())
}

fn picture(picture: &Picture) -> Result<(), String> {
    for step in &picture.steps {
        not_negative("made_bytes of a step", step.made_bytes)?;
        let objects = &step.seen.objects;
        for object in objects {
            not_negative("bytes of an object", object.bytes)?;
        }
        let names = step.seen.frames.iter().flat_map(|frame| &frame.names);
        let named = names.filter_map(|name| name.object);
        let referred = objects.iter().flat_map(|object| object.refers_to.iter().copied());
        let is_there = |number| objects.iter().any(|object| object.number == number);
        if let Some(number) = named.chain(referred).find(|number| !is_there(*number)) {
            return Err(format!("a step of its picture has no object {number}"));
        }
    }
    Ok(())
}

fn resident(resident: &Resident) -> Result<(), String> {
    let mut peaks = resident.processes.iter().map(|process| process.peak_bytes);
    peaks.try_for_each(|peak| not_negative("resident peak_bytes", peak))
}

fn not_negative(what: &str, bytes: Bytes) -> Result<(), String> {
    if bytes.0 < 0 {
        return Err(format!("{what} is {}: expected 0 or more", bytes.0));
    }
    Ok(())
}
