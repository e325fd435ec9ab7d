//! The files of `configurations`.
//!
//! Must not know how they are merged with the rest.

use super::TransformerConfig;
use crate::kustomize::{
    default_field_specs::NameReference,
    field_spec::FieldSpec,
    file::{File, Files},
    kustomization::{Fields, Item, field_specs},
    problem::Problem,
    spot::Spot,
};

type Result<T> = std::result::Result<T, Box<Problem>>;

const FIELDS: [&str; 11] = [
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "commonAnnotations",
    "nameReference",
    "varReference",
    "images",
    "replicas",
];

/// Reads the first document of a file, unknown fields refused. An empty file says nothing.
pub(in super::super) fn read(files: &Files, file: &File) -> Result<TransformerConfig> {
    let Some(document) = file.stream()?.documents().next() else { return Ok(TransformerConfig::default()) };
    let root = document.root().follow();
    let spot = Spot { file: file.id, span: root.span() };
    let fields = Fields::strict(files, Item::Written(root), spot, "the transformer configuration", &FIELDS)?;
    let specs = |name| field_specs(&fields, name);
    Ok(TransformerConfig {
        name_prefix: specs("namePrefix")?,
        name_suffix: specs("nameSuffix")?,
        namespace: specs("namespace")?,
        common_labels: specs("commonLabels")?,
        labels: specs("labels")?,
        template_labels: specs("templateLabels")?,
        common_annotations: specs("commonAnnotations")?,
        name_reference: name_references(&fields)?,
        var_reference: specs("varReference")?,
        images: specs("images")?,
        replicas: specs("replicas")?,
    })
}

fn name_references(fields: &Fields<'_>) -> Result<Vec<NameReference>> {
    let read = |item| {
        let fields = fields.item(item, "nameReference", &["group", "version", "kind", "fieldSpecs"])?;
        let part = |name| fields.string(name).map(|text| text.to_string().into());
        let target =
            FieldSpec { group: part("group")?, version: part("version")?, kind: part("kind")?, ..FieldSpec::default() };
        Ok(NameReference { target, referrers: field_specs(&fields, "fieldSpecs")? })
    };
    fields.items("nameReference")?.into_iter().map(read).collect()
}
