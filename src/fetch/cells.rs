//! A table of small states by name (host, authority), each behind its own lock.
//!
//! The names come from redirects too, so the table must not grow for ever: whenever it has doubled, the
//! cells that nobody uses and that have nothing left to say are dropped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Size up to which the table is never swept: a municipality's sources, with room to spare.
const SWEEP_FROM: usize = 1024;

/// A state that can be left behind.
pub(crate) trait Stale {
    /// Whether a fresh state would behave the same.
    fn is_stale(&self) -> bool;
}

/// The table.
#[derive(Debug)]
pub(crate) struct Cells<V> {
    table: Mutex<Table<V>>,
}

#[derive(Debug)]
struct Table<V> {
    cells: HashMap<String, Arc<tokio::sync::Mutex<V>>>,
    sweep_at: usize,
}

impl<V: Default + Stale> Cells<V> {
    pub(crate) fn new() -> Self {
        Cells {
            table: Mutex::new(Table {
                cells: HashMap::new(),
                sweep_at: SWEEP_FROM,
            }),
        }
    }

    /// The cell of a name. Its lock is fair: who waits first is served first.
    pub(crate) fn cell(&self, name: &str) -> Arc<tokio::sync::Mutex<V>> {
        // A poisoned table is whole: nothing in this function can panic halfway through a change.
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = table.cells.get(name) {
            return cell.clone();
        }
        if table.cells.len() >= table.sweep_at {
            // A cell is in use when somebody else holds it; new holders cannot appear while the table is locked.
            table.cells.retain(|_, cell| {
                Arc::strong_count(cell) > 1 || cell.try_lock().is_ok_and(|state| !state.is_stale())
            });
            table.sweep_at = SWEEP_FROM.max(2 * table.cells.len());
        }
        table.cells.entry(name.to_owned()).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct State {
        matters: bool,
    }

    impl Stale for State {
        fn is_stale(&self) -> bool {
            !self.matters
        }
    }

    #[tokio::test]
    async fn a_hundred_thousand_names_leave_a_small_table_that_keeps_what_matters() {
        let cells: Cells<State> = Cells::new();
        cells.cell("kept.example").lock().await.matters = true;
        let held = cells.cell("held.example");
        for number in 0..100_000 {
            cells.cell(&format!("{number}.example"));
        }
        assert!(cells.cell("kept.example").lock().await.matters);
        assert!(Arc::ptr_eq(&held, &cells.cell("held.example")));
        assert!(cells.table.lock().unwrap().cells.len() <= SWEEP_FROM + 1);
    }
}
