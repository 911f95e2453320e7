//! Work on many articles at once, handed on in their order: on as many threads as there are cores, and
//! never far ahead of what was handed on, so that memory does not grow with their number.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::library::front_matter::{self, Head};
use crate::storage::disk::{self, Decoded};

/// The most articles that one thread takes at a time.
const BATCH: usize = 16;
/// Batches that are made for each thread before one is handed on.
const AHEAD: usize = 3;

/// Reads a whole file: its text, and the byte where the body begins.
///
/// # Errors
///
/// Those of [`disk::read_markdown`].
pub(crate) fn read(file: &Path) -> Result<(Decoded, u32), Error> {
    let decoded = disk::read_markdown(file)?;
    let body = begin(&decoded.markdown);
    Ok((decoded, body))
}

/// The byte of a whole file's text where the body begins.
pub(crate) fn begin(markdown: &str) -> u32 {
    match front_matter::read(markdown, true) {
        Head::Read(front) => front.body,
        Head::More => 0,
    }
}

/// Makes something of each number below `count` on several threads and gives it to `give` in order, on
/// this one. What panicked is given as `None`: one broken article costs itself, not the others.
///
/// # Errors
///
/// The first error of `give`, which ends the work.
pub(crate) fn in_order<T: Send>(
    count: usize,
    make: impl Fn(usize) -> T + Sync,
    mut give: impl FnMut(usize, Option<T>) -> io::Result<()>,
) -> io::Result<()> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 12);
    let batch = (count / (threads * 8)).clamp(1, BATCH);
    let batches = count.div_ceil(batch);
    let line = Line { state: Mutex::default(), made: Condvar::new(), room: Condvar::new() };
    std::thread::scope(|scope| {
        for _ in 0..threads.min(batches) {
            scope.spawn(|| {
                while let Some(index) = line.next(batches, threads * AHEAD) {
                    let numbers = index * batch..((index + 1) * batch).min(count);
                    let made =
                        numbers.map(|number| catch_unwind(AssertUnwindSafe(|| make(number))).ok()).collect();
                    line.hand_in(index, made);
                }
            });
        }
        for index in 0..batches {
            for (made, number) in line.wait_for_first().into_iter().zip(index * batch..) {
                if let Err(error) = give(number, made) {
                    line.end();
                    return Err(error);
                }
            }
        }
        Ok(())
    })
}

/// Batches on their way, in the order in which they are handed on.
struct Line<T> {
    state: Mutex<State<T>>,
    made: Condvar,
    room: Condvar,
}

struct State<T> {
    /// The batch that is made next.
    next: usize,
    /// The batch that is handed on next; those made stand in `ready` from there on.
    first: usize,
    ready: VecDeque<Option<Vec<Option<T>>>>,
    ended: bool,
}

impl<T> Default for State<T> {
    fn default() -> Self {
        Self { next: 0, first: 0, ready: VecDeque::new(), ended: false }
    }
}

impl<T> Line<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The batch to make, as soon as there is room for it.
    fn next(&self, batches: usize, ahead: usize) -> Option<usize> {
        let mut state = self.lock();
        while !state.ended && state.next < batches && state.next >= state.first + ahead {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let index = state.next;
        if state.ended || index >= batches {
            return None;
        }
        state.next += 1;
        state.ready.push_back(None);
        Some(index)
    }

    fn hand_in(&self, index: usize, made: Vec<Option<T>>) {
        let mut state = self.lock();
        let at = index - state.first;
        if let Some(place) = state.ready.get_mut(at) {
            *place = Some(made);
        }
        drop(state);
        if at == 0 {
            self.made.notify_one();
        }
    }

    fn wait_for_first(&self) -> Vec<Option<T>> {
        let mut state = self.lock();
        loop {
            if let Some(made) = state.ready.front_mut().and_then(Option::take) {
                state.ready.pop_front();
                state.first += 1;
                drop(state);
                self.room.notify_all();
                return made;
            }
            state = self.made.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self) {
        self.lock().ended = true;
        self.room.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn given(count: usize) -> Vec<(usize, Option<usize>)> {
        let mut given = Vec::new();
        let make = |number: usize| {
            std::thread::yield_now();
            number * 2
        };
        in_order(count, make, |number, made| {
            given.push((number, made));
            Ok(())
        })
        .unwrap();
        given
    }

    #[test]
    fn everything_is_handed_on_once_and_in_order() {
        for count in [0, 1, 2, 15, 16, 17, 1000] {
            let expect: Vec<_> = (0..count).map(|number| (number, Some(number * 2))).collect();
            assert_eq!(given(count), expect, "{count}");
        }
    }

    #[test]
    fn nobody_works_far_ahead_of_what_was_handed_on() {
        let begun = AtomicUsize::new(0);
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 12);
        let most = threads * AHEAD * BATCH;
        in_order(
            5000,
            |_| begun.fetch_add(1, Ordering::SeqCst),
            |number, _| {
                assert!(begun.load(Ordering::SeqCst) <= number + most + BATCH, "{number}");
                Ok(())
            },
        )
        .unwrap();
    }

    #[test]
    fn an_error_of_whoever_takes_ends_the_work() {
        let begun = AtomicUsize::new(0);
        let error = in_order(
            100_000,
            |_| begun.fetch_add(1, Ordering::SeqCst),
            |_, _| Err(io::Error::from(io::ErrorKind::BrokenPipe)),
        );
        assert!(error.is_err());
        assert!(begun.load(Ordering::SeqCst) < 10_000);
    }

    #[test]
    fn what_panics_is_nothing_and_costs_no_other() {
        let mut given = Vec::new();
        let make = |number: usize| {
            assert!(number != 3, "on purpose");
            number
        };
        in_order(6, make, |_, made| {
            given.push(made);
            Ok(())
        })
        .unwrap();
        assert_eq!(given, [Some(0), Some(1), Some(2), None, Some(4), Some(5)]);
    }
}
