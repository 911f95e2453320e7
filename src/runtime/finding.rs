//! Looks through a document for what is sought, on several threads, the part on screen first, and gives it in
//! pieces.

use std::io;
use std::ops::Range;
use std::time::{Duration, Instant};

use super::jobs::Cancel;
use crate::app::sought::Sought;
use crate::cli::bodies::in_order;
use crate::document::Document;
use crate::document::find::Finder;
use crate::document::shown::PartId;

/// When the first piece is given: by then the screen has been looked through.
const FIRST: Duration = Duration::from_millis(3);
/// How long each next one takes.
const BETWEEN: Duration = Duration::from_millis(30);
/// Bytes of the markdown that are looked through at a time.
const BLOCK: u32 = 32 * 1024;

/// Gives all matches to `send`, from the part `from` on to the end, and then from the beginning; with the last
/// of them `true`. False when nobody listens any more.
pub(super) fn answer(
    document: &Document,
    sought: &Sought,
    from: PartId,
    cancel: &Cancel,
    send: &dyn Fn(Vec<Range<u32>>, bool) -> bool,
) -> bool {
    let count = document.parts().len() as u32;
    let from = from.0.min(count);
    let mut blocks = blocks(document, from..count);
    let behind = blocks.len();
    blocks.extend(self::blocks(document, 0..from));
    let look = |number: usize| {
        let mut finder = Finder::new(document);
        let mut found = Vec::new();
        for part in blocks.get(number).cloned().unwrap_or_default() {
            if cancel.is_cancelled() {
                break;
            }
            sought.in_part(&mut finder, PartId(part), &mut found);
        }
        found
    };
    let mut due = Instant::now() + FIRST;
    let mut found = Vec::new();
    let mut listens = true;
    let give = |number: usize, made: Option<Vec<Range<u32>>>| {
        // What comes now stands before what was found so far.
        let turns = number == behind;
        if (turns || Instant::now() >= due) && !found.is_empty() {
            listens = send(std::mem::take(&mut found), false);
            due = Instant::now() + BETWEEN;
        }
        found.extend(made.unwrap_or_default());
        if listens && !cancel.is_cancelled() { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
    };
    let done = in_order(blocks.len(), look, give).is_ok();
    if done { send(found, true) } else { listens }
}

/// These parts in stretches of about [`BLOCK`] bytes.
fn blocks(document: &Document, parts: Range<u32>) -> Vec<Range<u32>> {
    let mut blocks = Vec::new();
    let mut first = parts.start;
    while first < parts.end {
        let start = |part: u32| document.parts().get(part as usize).map_or(u32::MAX, |part| part.range.start);
        let end = start(first).saturating_add(BLOCK);
        let rest = document.parts().get(first as usize..parts.end as usize).unwrap_or_default();
        let within = rest.partition_point(|part| part.range.start < end) as u32;
        let next = first + within.max(1);
        blocks.push(first..next);
        first = next;
    }
    blocks
}
