//! The releases of one side, by the objects that ask for them.
//!
//! Must not know what changes in them.

use std::collections::HashMap;

use crate::{
    cluster::ComposedRelease,
    manifest::ObjectId,
    project::{Object, Project},
};

/// The releases of one side.
pub(super) struct Releases<'p> {
    project: &'p Project,
    by_object: HashMap<&'p ObjectId, Vec<&'p ComposedRelease>>,
}

impl<'p> Releases<'p> {
    pub(super) fn of(project: &'p Project) -> Self {
        let mut by_object: HashMap<&ObjectId, Vec<&ComposedRelease>> = HashMap::new();
        for release in &project.model().releases {
            by_object.entry(&release.declared).or_default().push(release);
        }
        Self { project, by_object }
    }

    /// The releases that an object asks for: one, or of an Application with several charts one for each.
    pub(super) fn asked_by(&self, object: &Object) -> Vec<&'p ComposedRelease> {
        let all = self.by_object.get(&object.id).map(Vec::as_slice).unwrap_or_default();
        let cluster = |unit: usize| self.project.units().get(unit).and_then(|unit| unit.cluster);
        let nearest = [
            |release: &ComposedRelease, object: &Object, _: bool| release.unit == object.unit,
            |_: &ComposedRelease, _: &Object, same: bool| same,
            |_: &ComposedRelease, _: &Object, _: bool| true,
        ];
        let is_same = |release: &ComposedRelease| cluster(release.unit) == cluster(object.unit);
        let found = nearest.iter().map(|fits| -> Vec<&'p ComposedRelease> {
            all.iter().copied().filter(|release| fits(release, object, is_same(release))).collect()
        });
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }
}
