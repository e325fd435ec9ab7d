//! What the threads of one folder share: the documents as they are, and the last analysis.
//!
//! Every change has a number. Who asks waits for the analysis of the number at which the question came; who analyses always takes the latest, and gives up what is
//! overtaken. Must not know what an analysis is made of.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{analysis::Analysis, documents::Documents};

/// How long nothing must be typed before the analysis starts.
const PAUSE: Duration = Duration::from_millis(60);

/// What came of an analysis.
pub(super) type Outcome = Result<Arc<Analysis>, String>;

/// What the threads share.
#[derive(Default)]
pub(super) struct Desk {
    state: Mutex<State>,
    changed: Condvar,
    /// The number of the last change, for those who only want to know whether they are overtaken.
    latest: AtomicU64,
}

#[derive(Default)]
struct State {
    documents: Documents,
    number: u64,
    done: Option<(u64, Outcome)>,
    is_closed: bool,
    is_left: bool,
}

impl Desk {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole even after a panic elsewhere: every change to it is one assignment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'d>(&self, state: MutexGuard<'d, State>) -> MutexGuard<'d, State> {
        self.changed.wait(state).unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a change, in open documents or on disk.
    pub(super) fn change(&self, change: impl FnOnce(&mut Documents)) {
        let mut state = self.state();
        change(&mut state.documents);
        state.number += 1;
        self.latest.store(state.number, Ordering::Release);
        self.changed.notify_all();
    }

    /// Ends all waiting.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.latest.store(u64::MAX, Ordering::Release);
        self.changed.notify_all();
    }

    /// Ends all waiting, because the editor has closed the folder while it goes on with others.
    pub(super) fn leave(&self) {
        self.state().is_left = true;
        self.close();
    }

    /// Whether the editor has closed the folder.
    pub(super) fn is_left(&self) -> bool {
        self.state().is_left
    }

    /// The number of the last change.
    pub(super) fn number(&self) -> u64 {
        self.state().number
    }

    /// Whether nothing changed since.
    pub(super) fn is_latest(&self, number: u64) -> bool {
        self.latest.load(Ordering::Acquire) == number
    }

    /// Waits for a change after `number`, and then until nobody types; `None` when it is over.
    pub(super) fn next(&self, number: u64) -> Option<(u64, Documents)> {
        let mut state = self.state();
        while state.number <= number && !state.is_closed {
            state = self.wait(state);
        }
        loop {
            let before = state.number;
            let typing = |state: &mut State| state.number == before && !state.is_closed;
            let waited = self.changed.wait_timeout_while(state, PAUSE, typing);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            if state.is_closed {
                return None;
            }
            if state.number == before {
                return Some((before, state.documents.clone()));
            }
        }
    }

    /// Lays down the analysis of a change.
    pub(super) fn finish(&self, number: u64, outcome: Outcome) {
        self.state().done = Some((number, outcome));
        self.changed.notify_all();
    }

    /// Waits for the analysis of a change; `None` if it is overtaken.
    pub(super) fn analysis(&self, number: u64) -> Option<Outcome> {
        let mut state = self.state();
        loop {
            match &state.done {
                Some((done, outcome)) if *done >= number => return Some(outcome.clone()),
                _ if state.is_closed || state.number > number => return None,
                _ => state = self.wait(state),
            }
        }
    }
}
