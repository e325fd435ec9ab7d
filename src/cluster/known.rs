//! What a cluster is known to hold: the ConfigMaps and Secrets that `substituteFrom` and `valuesFrom` look up.
//!
//! Remembers what it was asked, so that a unit is rendered again only if an answer has changed. Must not know what is done with the answers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use smol_str::SmolStr;

use crate::manifest::RenderedObject;

/// Kind, namespace and name of what is looked up.
pub(super) type Key = (SmolStr, SmolStr, SmolStr);

/// What was asked, and what was answered.
pub(super) type Answers = Vec<(Key, Option<RenderedObject>)>;

/// The ConfigMaps and Secrets of one cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    objects: HashMap<Key, RenderedObject>,
}

impl Known {
    /// Takes in what a unit applies. Of two objects with one name the first is kept.
    pub(super) fn extend(&mut self, objects: &[RenderedObject]) {
        for object in objects {
            if !object.id.group.is_empty() || !matches!(object.id.kind.as_str(), "ConfigMap" | "Secret") {
                continue;
            }
            let namespace = object.id.namespace.clone().unwrap_or_default();
            let names = [Some(&object.id.name), object.name_before_hash.as_ref()];
            for name in names.into_iter().flatten() {
                let key = (object.id.kind.clone(), namespace.clone(), name.clone());
                self.objects.entry(key).or_insert_with(|| object.clone());
            }
        }
    }

    fn find(&self, key: &Key) -> Option<&RenderedObject> {
        self.objects.get(key)
    }

    /// Whether the same questions would be answered in the same way now.
    pub(super) fn agrees(&self, answers: &Answers) -> bool {
        answers.iter().all(|(key, answer)| match (self.find(key), answer) {
            (Some(now), Some(before)) => Arc::ptr_eq(&now.value, &before.value) || now.value == before.value,
            (now, before) => now.is_none() && before.is_none(),
        })
    }
}

/// Asks a cluster on behalf of one unit.
#[derive(Debug)]
pub(super) struct Lookup<'k> {
    known: &'k Known,
    asked: Mutex<Answers>,
}

impl<'k> Lookup<'k> {
    pub(super) fn new(known: &'k Known) -> Self {
        Self { known, asked: Mutex::default() }
    }

    /// The ConfigMap or Secret of a name.
    pub(super) fn find(&self, kind: &str, namespace: &str, name: &str) -> Option<&'k RenderedObject> {
        let key = (kind.into(), namespace.into(), name.into());
        let found = self.known.find(&key);
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((key, found.cloned()));
        found
    }

    /// Everything that was asked.
    pub(super) fn into_answers(self) -> Answers {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
