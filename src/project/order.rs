//! Which units come before which on a new cluster.
//!
//! Must not know who asks.

use std::collections::{HashMap, HashSet};

use super::Project;

impl Project {
    /// Whether a unit of the same cluster is applied before another one, both as places in the list of units: because it is the same, declares it, or must be ready
    /// before it or before what declares it.
    pub fn comes_before(&self, first: usize, then: usize) -> bool {
        let Some(cluster) = self.units().get(then).map(|unit| unit.cluster) else { return false };
        let beside = self.units().iter().enumerate().filter(|(_, unit)| unit.cluster == cluster);
        let by_id: HashMap<_, usize> = beside.map(|(index, unit)| (&unit.id, index)).collect();
        let (mut seen, mut pending) = (HashSet::new(), vec![then]);
        while let Some(index) = pending.pop() {
            if index == first {
                return true;
            }
            if let Some(unit) = self.units().get(index).filter(|_| seen.insert(index)) {
                pending.extend(unit.parent);
                pending.extend(unit.depends_on.iter().filter_map(|id| by_id.get(id)));
            }
        }
        false
    }
}
