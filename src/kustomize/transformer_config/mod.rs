//! The field specs that the transformers of a kustomization work with: the built-in ones, those of its `configurations` and `crds`, and those that its
//! bases bring along.
//!
//! Owns the merging of them, which is kustomize's own with its peculiarities: the order in which specs meet decides which of two that overlap stays. Must
//! not know what transformers do with the specs.

mod crds;
mod read;

use std::sync::{Arc, LazyLock};

pub(super) use crds::read as read_crds;
pub(super) use read::read;

use super::{
    default_field_specs::{self, NameReference},
    field_spec::{self, FieldSpec},
    order,
};

/// All field specs of a kustomization, by what they are for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransformerConfig {
    /// Fields that get the name prefix.
    pub name_prefix: Vec<FieldSpec>,
    /// Fields that get the name suffix.
    pub name_suffix: Vec<FieldSpec>,
    /// Fields that get the namespace.
    pub namespace: Vec<FieldSpec>,
    /// Fields that get `commonLabels`, and `labels` with `includeSelectors`.
    pub common_labels: Vec<FieldSpec>,
    /// Fields that get every entry of `labels`.
    pub labels: Vec<FieldSpec>,
    /// Fields that get `labels` with `includeTemplates`.
    pub template_labels: Vec<FieldSpec>,
    /// Fields that get `commonAnnotations`.
    pub common_annotations: Vec<FieldSpec>,
    /// Fields that hold names of other objects.
    pub name_reference: Vec<NameReference>,
    /// Fields in which variables are expanded.
    pub var_reference: Vec<FieldSpec>,
    /// Fields that hold the reference of an image.
    pub images: Vec<FieldSpec>,
    /// Fields that hold a number of replicas.
    pub replicas: Vec<FieldSpec>,
}

/// Two field specs of one list do not agree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("conflicting field specs in `{list}`: `{path}` is there with another `create`")]
pub struct ConflictingConfig {
    /// The list, as it is called in a file.
    pub list: &'static str,
    /// The path of both specs.
    pub path: String,
}

static BUILT_IN: LazyLock<Arc<TransformerConfig>> = LazyLock::new(|| {
    let mut config = TransformerConfig {
        name_prefix: default_field_specs::name_affix().to_vec(),
        name_suffix: default_field_specs::name_affix().to_vec(),
        namespace: default_field_specs::namespace().to_vec(),
        common_labels: default_field_specs::common_labels().to_vec(),
        labels: Vec::new(),
        template_labels: default_field_specs::template_labels().to_vec(),
        common_annotations: default_field_specs::common_annotations().to_vec(),
        name_reference: default_field_specs::name_references().to_vec(),
        var_reference: default_field_specs::var_references().to_vec(),
        images: default_field_specs::images().to_vec(),
        replicas: default_field_specs::replicas().to_vec(),
    };
    config.sort();
    Arc::new(config)
});

impl TransformerConfig {
    /// The field specs that kustomize 5.5.0 has built in.
    pub fn built_in() -> &'static Arc<Self> {
        &BUILT_IN
    }

    /// Whether it is the built-in one and nothing else.
    pub fn is_built_in(self: &Arc<Self>) -> bool {
        Arc::ptr_eq(self, &BUILT_IN)
    }

    /// Adds the specs of another. A spec that overlaps with one that is there is dropped. Fails where the two do not agree on `create`.
    pub fn merge(&mut self, other: &Self) -> Result<(), ConflictingConfig> {
        for ((list, own), (_, added)) in self.lists_mut().into_iter().zip(other.lists()) {
            add_all(list, own, added)?;
        }
        for reference in &other.name_reference {
            self.add_name_reference(reference)?;
        }
        self.sort();
        Ok(())
    }

    /// Two configurations as one. Merging the built-in one with itself or with nothing changes nothing, which is what nearly all kustomizations do.
    pub(super) fn merged(one: Option<Arc<Self>>, other: &Arc<Self>) -> Result<Arc<Self>, ConflictingConfig> {
        let settled = other.is_built_in() && one.as_ref().is_none_or(Self::is_built_in);
        if settled {
            return Ok(Arc::clone(other));
        }
        let mut merged = one.map(Arc::unwrap_or_clone).unwrap_or_default();
        merged.merge(other)?;
        Ok(Arc::new(merged))
    }

    fn add_name_reference(&mut self, added: &NameReference) -> Result<(), ConflictingConfig> {
        let same = |existing: &&mut NameReference| existing.target == added.target;
        if let Some(existing) = self.name_reference.iter_mut().find(same) {
            return add_all("nameReference", &mut existing.referrers, &added.referrers);
        }
        self.name_reference.push(added.clone());
        Ok(())
    }

    /// Puts all lists in kustomize's order of kinds.
    fn sort(&mut self) {
        for (_, list) in self.lists_mut() {
            list.sort_by_cached_key(order::spec_key);
        }
        self.name_reference.sort_by_cached_key(|reference| order::spec_key(&reference.target));
    }

    /// The lists of plain field specs, as they are called in a file, in the order in which kustomize merges them.
    fn lists(&self) -> [(&'static str, &Vec<FieldSpec>); 10] {
        [
            ("namePrefix", &self.name_prefix),
            ("nameSuffix", &self.name_suffix),
            ("namespace", &self.namespace),
            ("commonAnnotations", &self.common_annotations),
            ("commonLabels", &self.common_labels),
            ("labels", &self.labels),
            ("templateLabels", &self.template_labels),
            ("varReference", &self.var_reference),
            ("images", &self.images),
            ("replicas", &self.replicas),
        ]
    }

    fn lists_mut(&mut self) -> [(&'static str, &mut Vec<FieldSpec>); 10] {
        [
            ("namePrefix", &mut self.name_prefix),
            ("nameSuffix", &mut self.name_suffix),
            ("namespace", &mut self.namespace),
            ("commonAnnotations", &mut self.common_annotations),
            ("commonLabels", &mut self.common_labels),
            ("labels", &mut self.labels),
            ("templateLabels", &mut self.template_labels),
            ("varReference", &mut self.var_reference),
            ("images", &mut self.images),
            ("replicas", &mut self.replicas),
        ]
    }
}

fn add_all(list: &'static str, own: &mut Vec<FieldSpec>, added: &[FieldSpec]) -> Result<(), ConflictingConfig> {
    for spec in added {
        field_spec::merge(own, spec.clone()).map_err(|conflict| ConflictingConfig { list, path: conflict.path })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_configuration_absorbs_itself() {
        let built_in = TransformerConfig::built_in();
        let mut merged = TransformerConfig::default();
        for _ in 0..2 {
            merged.merge(built_in).expect("no conflict");
            assert_eq!(&merged, &**built_in);
        }
    }
}
