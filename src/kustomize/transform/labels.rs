//! `labels` and `commonLabels`.
//!
//! Must not know which fields of which kinds hold labels.

use super::{
    Result, each,
    field::{self, FieldError},
};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        field_spec::{self, ConflictingFieldSpecs, FieldSpec, Leaf},
        kustomization::{Labels, Pairs},
        problem::{Problem, ProblemKind},
        resource::Resource,
        transformer_config::TransformerConfig,
    },
    yaml::{Origin, Value},
};

/// Runs the transformer for an entry of `labels`.
pub(super) fn entry(accumulation: &mut Accumulation<'_>, entry: &Labels, config: &TransformerConfig) -> Result {
    match specs(entry, config) {
        Ok(specs) => apply(accumulation, &entry.pairs, &specs),
        Err(conflict) => {
            let label = accumulation.label(entry.spot, "");
            let problem = Problem::new(ProblemKind::InvalidKustomization, label, conflict.to_string());
            accumulation.tolerate(Err(problem))
        }
    }
}

/// Puts labels into the fields that the specs name.
pub(in super::super) fn apply(accumulation: &mut Accumulation<'_>, pairs: &Pairs, specs: &[FieldSpec]) -> Result {
    let Some((_, first)) = pairs.first() else { return Ok(()) };
    let each_weight = pairs.len() + specs.len() / 64;
    accumulation.charge(first.spot, accumulation.work.set.len().saturating_mul(each_weight))?;
    each(accumulation, first.spot, |resource| add_pairs(resource, pairs, specs))
}

/// The fields that an entry of `labels` reaches.
fn specs(entry: &Labels, config: &TransformerConfig) -> std::result::Result<Vec<FieldSpec>, ConflictingFieldSpecs> {
    let mut specs = entry.fields.clone();
    let everywhere = [FieldSpec { path: "metadata/labels".into(), create: true, ..FieldSpec::default() }];
    let more: &[&[FieldSpec]] = match (entry.include_selectors, entry.include_templates) {
        (true, _) => &[&config.labels, &config.common_labels],
        (false, true) => &[&config.labels, &config.template_labels, &everywhere],
        (false, false) => &[&config.labels, &everywhere],
    };
    for spec in more.iter().flat_map(|specs| specs.iter()) {
        field_spec::merge(&mut specs, spec.clone())?;
    }
    Ok(specs)
}

/// Puts strings into every field of an object that the specifications name.
fn add_pairs(resource: &mut Resource, pairs: &Pairs, specs: &[FieldSpec]) -> std::result::Result<(), FieldError> {
    let gvk = resource.id().gvk.clone();
    let mut put = |field: &mut Value| {
        // What is put into a null that stays one is lost.
        if field.is_null() {
            return Ok(());
        }
        let mapping = field::mapping(field)?;
        mapping.extend(pairs.iter().map(|(key, text)| (key.clone(), text.value())));
        Ok(())
    };
    resource.change(|object| field::change(object, &gvk, specs, Leaf::Mapping, &mut put))
}

/// Adds the label that `buildMetadata: [managedByLabel]` asks for at `origin`, with the version that kubectl writes.
pub(in super::super) fn add_managed_by(object: &mut Value, origin: Origin) {
    let spec = FieldSpec { path: "metadata/labels".into(), create: true, ..FieldSpec::default() };
    let mut put = |field: &mut Value| {
        let label = Value::string("kustomize-(devel)").at(origin);
        field::mapping(field)?.insert("app.kubernetes.io/managed-by".into(), label);
        Ok(())
    };
    // Metadata without a mapping for labels cannot take one; kustomize has refused it by now if a transformer tried.
    let _ = field::visit(object, &spec, Leaf::Mapping, &mut put);
}
