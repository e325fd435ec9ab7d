//! A whole cluster as dangers look at it, or a unit that belongs to none.
//!
//! Must not know any particular danger.

use super::super::{
    Comparison,
    pair::{self, of_unit},
};
use crate::{cluster::Unit, project::Object};

/// Everything in one cluster.
pub(super) struct Whole<'s, 'p> {
    pub(super) comparison: &'s Comparison<'p>,
    pub(super) scope: &'s pair::Scope<'p>,
}

impl<'p> Whole<'_, 'p> {
    /// The name of the cluster.
    pub(super) fn cluster_name(&self) -> Option<String> {
        self.scope.cluster.and_then(|sides| self.comparison.cluster_name(sides))
    }

    /// All objects before the change.
    pub(super) fn old_objects(&self) -> impl Iterator<Item = &'p Object> + '_ {
        self.scope.units.iter().filter_map(|unit| unit.before).flat_map(|unit| of_unit(self.comparison.base, unit))
    }

    /// All objects after the change.
    pub(super) fn new_objects(&self) -> impl Iterator<Item = &'p Object> + '_ {
        self.scope.units.iter().filter_map(|unit| unit.after).flat_map(|unit| of_unit(self.comparison.head, unit))
    }

    /// The units before and after.
    pub(super) fn units(&self) -> impl Iterator<Item = (Option<&'p Unit>, Option<&'p Unit>)> + '_ {
        let comparison = self.comparison;
        self.scope.units.iter().map(|sides| (comparison.old_unit(sides.before), comparison.new_unit(sides.after)))
    }

    /// What becomes of a unit of the version before.
    pub(super) fn new_of(&self, old: usize) -> Option<&'p Unit> {
        let sides = self.scope.units.iter().find(|sides| sides.before == Some(old))?;
        self.comparison.new_unit(sides.after)
    }
}
