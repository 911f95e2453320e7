//! Looks through a document for what is sought, the part on screen first, and gives it in pieces.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::jobs::Cancel;
use crate::app::sought::Sought;
use crate::document::Document;
use crate::document::find::Finder;
use crate::document::shown::PartId;

/// When the first piece is given: by then the screen has been looked through.
const FIRST: Duration = Duration::from_millis(3);
/// How long each next one takes.
const BETWEEN: Duration = Duration::from_millis(30);

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
    let mut due = Instant::now() + FIRST;
    let mut found = Vec::new();
    for (first, last) in [(from, count), (0, from)] {
        let mut finder = Finder::new(document);
        for part in first..last {
            sought.in_part(&mut finder, PartId(part), &mut found);
            if cancel.is_cancelled() {
                return true;
            }
            if !found.is_empty() && Instant::now() >= due {
                if !send(std::mem::take(&mut found), false) {
                    return false;
                }
                due = Instant::now() + BETWEEN;
            }
        }
        // What comes now stands before what was found so far.
        if first > 0 && !found.is_empty() && !send(std::mem::take(&mut found), false) {
            return false;
        }
    }
    send(found, true)
}
