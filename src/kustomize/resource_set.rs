//! The objects of a build, in order, found by any name they ever had.
//!
//! Owns the index that keeps patches, replicas and name references from looking at every object. Must not know transformers.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use smol_str::SmolStr;

use super::build_metadata;
use super::resource::{Behavior, Resource, ResourceId};
use crate::yaml::Value;

/// Objects in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(super) struct ResourceSet {
    items: Vec<Resource>,
    /// Positions of the objects that have or had a name; may name too many, never too few.
    by_name: HashMap<SmolStr, Vec<u32>, RandomState>,
    /// Whether a change has left nothing of an object that is still in its place.
    has_empty: bool,
}

/// Why an object cannot be added.
#[derive(Debug)]
pub(super) enum Conflict {
    /// An object with this identity is there already.
    Exists(usize),
    /// There is nothing to merge into or to replace.
    NothingToMerge,
    /// Several objects could be meant.
    Ambiguous,
}

impl ResourceSet {
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Resource> {
        self.items.iter()
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn get(&self, position: usize) -> Option<&Resource> {
        self.items.get(position)
    }

    /// Gives back the room that is not needed, where the set is kept.
    pub(super) fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
    }

    pub(super) fn into_items(self) -> Vec<Resource> {
        self.items
    }

    /// The positions of objects that have or had this name, ascending, without those of which nothing is left.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = usize> {
        let positions = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        positions.iter().map(|&position| position as usize)
    }

    /// The positions of the objects that are or ever were what `id` names.
    pub(super) fn find(&self, id: &ResourceId) -> Vec<usize> {
        self.named(&id.name).filter(|&at| self.items.get(at).is_some_and(|item| item.was(id))).collect()
    }

    /// Adds an object; two objects with one identity are refused.
    pub(super) fn append(&mut self, resource: Resource) -> Result<(), Conflict> {
        let same = |&at: &usize| self.items.get(at).is_some_and(|item| item.id().is_same(resource.id()));
        if let Some(position) = self.named(&resource.id().name).find(same) {
            return Err(Conflict::Exists(position));
        }
        self.has_empty |= resource.is_empty();
        self.items.push(resource);
        self.register(self.items.len() - 1);
        Ok(())
    }

    /// Adds a generated object, or merges it into the one that its behavior names.
    pub(super) fn absorb(&mut self, mut resource: Resource) -> Result<(), Conflict> {
        let matches = self.find(resource.id());
        let behavior = resource.behavior;
        let merges = matches!(behavior, Behavior::Merge | Behavior::Replace);
        match *matches.as_slice() {
            [] if merges => Err(Conflict::NothingToMerge),
            [] => self.append(resource),
            [position] if merges => {
                let Some(old) = self.items.get_mut(position) else { return Err(Conflict::NothingToMerge) };
                resource.take_identity_of(old);
                if behavior == Behavior::Merge {
                    let origin = build_metadata::annotation(old.value(), build_metadata::ORIGIN).map(str::to_owned);
                    if let Some(origin) = origin {
                        resource.change(|object| build_metadata::annotate(object, build_metadata::ORIGIN, origin));
                    }
                    resource.merge_data("data", old);
                    resource.merge_data("binaryData", old);
                }
                *old = resource;
                self.register(position);
                Ok(())
            }
            [position] => Err(Conflict::Exists(position)),
            _ => Err(Conflict::Ambiguous),
        }
    }

    /// Changes one object and keeps the index right.
    pub(super) fn change<T>(&mut self, position: usize, change: impl FnOnce(&mut Resource) -> T) -> Option<T> {
        let item = self.items.get_mut(position)?;
        let name = item.id().name.clone();
        let result = change(item);
        self.has_empty |= item.is_empty();
        if item.id().name != name {
            self.register(position);
        }
        Some(result)
    }

    /// Takes an object out to change it while the others are looked at; [`ResourceSet::attach`] puts it back.
    pub(super) fn detach(&mut self, position: usize) -> Option<Value> {
        self.items.get_mut(position).map(Resource::detach)
    }

    /// Puts back what [`ResourceSet::detach`] took out.
    pub(super) fn attach(&mut self, position: usize, value: Value) {
        self.change(position, |item| item.attach(value));
    }

    /// Drops the objects of which nothing is left.
    pub(super) fn drop_empty(&mut self) {
        if std::mem::take(&mut self.has_empty) {
            self.items.retain(|item| !item.is_empty());
            self.by_name.clear();
            for position in 0..self.items.len() {
                self.register(position);
            }
        }
    }

    /// The first object, in order, whose identity an earlier one has too, with the position of that one.
    pub(super) fn duplicate(&self) -> Option<(usize, usize)> {
        (0..self.items.len()).find_map(|position| {
            let id = self.items.get(position)?.id();
            let same = |&at: &usize| at < position && self.items.get(at).is_some_and(|item| item.id().is_same(id));
            self.named(&id.name).find(same).map(|earlier| (earlier, position))
        })
    }

    /// Enters all names of an object.
    fn register(&mut self, position: usize) {
        let Some(item) = self.items.get(position) else { return };
        let number = u32::try_from(position).unwrap_or(u32::MAX);
        let previous = item.previous_ids().iter().map(|previous| &previous.name);
        for name in previous.chain(std::iter::once(&item.id().name)) {
            let positions = self.by_name.entry(name.clone()).or_default();
            if let Err(place) = positions.binary_search(&number) {
                positions.insert(place, number);
            }
        }
    }
}
