//! What threads send to the loop, and the bell that wakes it where it waits for keys.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};

use super::Event;

/// The end at which threads put events in.
#[derive(Clone, Debug)]
pub struct Outbox {
    events: Sender<Event>,
    bell: Option<Arc<Bell>>,
}

/// Rings once until it is heard, however much is sent meanwhile.
#[derive(Debug)]
struct Bell {
    pipe: PipeWriter,
    rung: AtomicBool,
}

/// The end at which the loop takes them out.
#[derive(Debug)]
pub struct Inbox {
    events: Receiver<Event>,
    rings: PipeReader,
    bell: Arc<Bell>,
}

/// Both ends.
///
/// # Errors
/// Where the system refuses a pipe.
pub fn channel() -> io::Result<(Outbox, Inbox)> {
    let (rings, pipe) = io::pipe()?;
    let (sender, events) = mpsc::channel();
    let bell = Arc::new(Bell { pipe, rung: AtomicBool::new(false) });
    Ok((Outbox { events: sender, bell: Some(Arc::clone(&bell)) }, Inbox { events, rings, bell }))
}

/// For whoever waits for events alone.
impl From<Sender<Event>> for Outbox {
    fn from(events: Sender<Event>) -> Self {
        Self { events, bell: None }
    }
}

impl Outbox {
    /// Sends an event; false where the loop is over.
    pub fn send(&self, event: Event) -> bool {
        if self.events.send(event).is_err() {
            return false;
        }
        if let Some(bell) = &self.bell
            && !bell.rung.swap(true, Ordering::SeqCst)
        {
            // Nobody hears it any more only where the loop is over.
            let _ = (&bell.pipe).write(b".");
        }
        true
    }
}

impl Inbox {
    /// What was sent, if anything.
    pub fn take(&self) -> Option<Event> {
        self.events.try_recv().ok()
    }

    /// What can be read from as soon as there is something to take.
    pub fn rings(&self) -> BorrowedFd<'_> {
        self.rings.as_fd()
    }

    /// To be called when it rang, before anything is taken.
    pub fn hear(&mut self) {
        // What is sent between these two is taken with the rest; what is sent after them rings again.
        let _ = self.rings.read(&mut [0]);
        self.bell.rung.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::*;
    use crate::app::effect::Report;

    fn rings(inbox: &Inbox) -> bool {
        let fd = inbox.rings();
        poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() > 0
    }

    #[test]
    fn it_rings_once_until_it_is_heard() {
        let (outbox, mut inbox) = channel().unwrap();
        assert!(!rings(&inbox));
        for _ in 0..100_000 {
            // More than a pipe holds.
            assert!(outbox.send(Event::Report(Report::Indexing(None))));
        }
        assert!(rings(&inbox));
        inbox.hear();
        assert!(!rings(&inbox));
        assert_eq!(std::iter::from_fn(|| inbox.take()).count(), 100_000);
        assert!(outbox.send(Event::Resized));
        assert!(rings(&inbox) && matches!(inbox.take(), Some(Event::Resized)));
        drop(inbox);
        assert!(!outbox.send(Event::Resized));
    }
}
