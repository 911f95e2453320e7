//! Two works at the same time: blocks of a large article.
//!
//! Imports nothing of this crate. `document` starts no thread; it is handed this.

use std::thread;

/// Does two works at the same time.
pub fn together(first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send)) {
    let mut second = Some(second);
    let is_begun = thread::scope(|scope| {
        let begun = thread::Builder::new()
            .name("scan".into())
            .spawn_scoped(scope, || second.take().map(|work| work()));
        first();
        begun.is_ok()
    });
    // Where there is no thread for it, the second comes after the first.
    if let (false, Some(work)) = (is_begun, second) {
        work();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done_when_it_comes_back() {
        let (mut first, mut second) = (0, 0);
        together(&mut || first += 1, &mut || second += 2);
        assert_eq!((first, second), (1, 2));
    }
}
