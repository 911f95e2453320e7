//! Articles that are links: the system tells of the file that is written, never of the links that lead to it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::storage::disk::Scope;

/// Links, each with the names that it leads through.
#[derive(Debug, Default)]
pub(super) struct Links {
    leads: BTreeMap<PathBuf, Vec<PathBuf>>,
}

impl Links {
    /// A link that leads through these names.
    pub(super) fn add(&mut self, link: &Path, leads: &[PathBuf]) {
        self.leads.insert(link.to_owned(), leads.to_vec());
    }

    /// Takes into a scope the links that lead to what is in it.
    pub(super) fn add_to(&self, scope: &mut Scope) {
        let is_touched = |leads: &[PathBuf]| leads.iter().any(|path| scope.holds(path));
        let touched: Vec<_> =
            self.leads.iter().filter(|(_, leads)| is_touched(leads)).map(|(link, _)| link.clone()).collect();
        for link in touched {
            scope.add(link);
        }
    }

    /// Forgets the links in `scope`.
    pub(super) fn forget(&mut self, scope: &Scope) {
        self.leads.retain(|link, _| !scope.holds(link));
    }
}
