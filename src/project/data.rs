//! The data of Secrets and ConfigMaps as a reference from another object meets it.
//!
//! Must not know what refers to it.

use super::{Object, Project};
use crate::{graph::DataKind, manifest::sensitive, yaml::Value};

impl Project {
    /// The one Secret or ConfigMap with this name that `from` reaches, written out in the repository: in the unit that renders `from` if it has it there, else in
    /// the same cluster, else the only one in the same namespace. `None` if there is none, or nobody can tell which.
    pub fn data_object(&self, from: &Object, kind: DataKind, name: &str) -> Option<&Object> {
        let wanted = match kind {
            DataKind::ConfigMap => "ConfigMap",
            DataKind::Secret => "Secret",
        };
        let may_be_same = |one: &Object| match (&one.id.namespace, &from.id.namespace) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        let is_meant = |one: &&Object| {
            one.id.is("", wanted)
                && (one.id.name == name || one.name_before_hash.as_deref() == Some(name))
                && may_be_same(one)
        };
        let all: Vec<&Object> = self.objects().iter().filter(is_meant).collect();
        let cluster = |object: &Object| self.model.units.get(object.unit).and_then(|unit| unit.cluster);
        let beside: Vec<&Object> = all.iter().copied().filter(|one| one.unit == from.unit).collect();
        let near: Vec<&Object> = all.iter().copied().filter(|one| cluster(one) == cluster(from)).collect();
        [beside, near, all].into_iter().find(|found| !found.is_empty()).and_then(|found| match found.as_slice() {
            [one] => Some(*one),
            _ => None,
        })
    }
}

impl Object {
    /// The text under a key of a Secret or ConfigMap, with its place: what stands in `data` of a Secret is decoded. `None` if it is not there, is not text, or is
    /// encrypted.
    pub fn data_text(&self, key: &str) -> Option<Value> {
        let under = |field: &str| self.value.get(field)?.get(key);
        let is_secret = self.id.is("", "Secret");
        let value = match under("stringData") {
            Some(value) if is_secret => value.clone(),
            _ if is_secret => {
                let value = under("data")?;
                Value::string(sensitive::decoded(&value.as_scalar()?.text)?).at(value.origin)
            }
            _ => under("data")?.clone(),
        };
        let encrypted = value.as_scalar()?.text.starts_with("ENC[");
        (!encrypted).then_some(value)
    }
}
