//! `replacements` and `vars`: their typed form and its reading.
//!
//! A replacement may stand in the kustomization, where unknown fields are errors, or in a file of its own, where kustomize overlooks them. Must not know
//! objects.

use smol_str::SmolStr;

use super::{
    Target, Text,
    decode::{Fields, Result},
    read,
};
use crate::kustomize::spot::Spot;

/// An entry of `replacements`.
#[derive(Debug)]
pub(in super::super) enum ReplacementEntry {
    /// Replacements in a file of their own.
    Path(Text),
    /// A replacement.
    Inline(Box<Replacement>),
}

/// One source and the fields that get its value.
#[derive(Clone, Debug)]
pub(in super::super) struct Replacement {
    pub(in super::super) source: Option<ReplacementSource>,
    /// `None` if nothing was said.
    pub(in super::super) targets: Option<Vec<ReplacementTarget>>,
    pub(in super::super) spot: Spot,
}

/// The field that is copied.
#[derive(Clone, Debug)]
pub(in super::super) struct ReplacementSource {
    /// The object, in which no part is a regular expression; selectors for labels and annotations are not read.
    pub(in super::super) object: Target,
    pub(in super::super) field_path: Option<Text>,
    pub(in super::super) options: FieldOptions,
}

/// Fields that get the value.
#[derive(Clone, Debug)]
pub(in super::super) struct ReplacementTarget {
    pub(in super::super) select: Option<Target>,
    pub(in super::super) reject: Vec<Target>,
    pub(in super::super) field_paths: Vec<Text>,
    pub(in super::super) options: FieldOptions,
    pub(in super::super) spot: Spot,
}

/// How a field is read or written. `encoding` is accepted and, as in kustomize, does nothing.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct FieldOptions {
    pub(in super::super) delimiter: SmolStr,
    pub(in super::super) index: i64,
    pub(in super::super) create: bool,
}

/// An entry of `vars`.
#[derive(Clone, Debug)]
pub(in super::super) struct Var {
    pub(in super::super) name: SmolStr,
    /// The object; `apiVersion` is taken apart.
    pub(in super::super) object: Target,
    pub(in super::super) field_path: SmolStr,
    pub(in super::super) spot: Spot,
}

/// The field that is meant where no path is given.
const DEFAULT_PATH: &str = "metadata.name";

const SELECT: [&str; 7] = ["group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector"];

/// Reads `replacements` of a kustomization, or of a transformer.
pub(in super::super) fn replacements(fields: &Fields<'_>) -> Result<Vec<ReplacementEntry>> {
    let read = |item| {
        let fields = fields.item(item, "replacements", &["path", "source", "targets"])?;
        let Some(path) = fields.text("path")? else {
            let mut replacement = replacement(&fields.embedded())?;
            if fields.is_strict() {
                // An empty list does not survive kustomize's way from the kustomization to the transformer.
                replacement.targets = replacement.targets.filter(|targets| !targets.is_empty());
            }
            return Ok(ReplacementEntry::Inline(Box::new(replacement)));
        };
        if fields.get("source").is_some() || !fields.items("targets")?.is_empty() {
            return Err(fields.invalid(fields.spot(), "cannot specify both path and inline replacement"));
        }
        Ok(ReplacementEntry::Path(path))
    };
    fields.items("replacements")?.into_iter().map(read).collect()
}

/// Reads the fields of one replacement.
pub(in super::super) fn replacement(fields: &Fields<'_>) -> Result<Replacement> {
    let source = fields.fields("source", &["group", "version", "kind", "name", "namespace", "fieldPath", "options"])?;
    let source = source.map(|fields| -> Result<_> {
        Ok(ReplacementSource {
            object: read::target_fields(&fields)?,
            field_path: fields.text("fieldPath")?,
            options: options(&fields)?,
        })
    });
    let targets = fields.items("targets")?.into_iter().map(|node| -> Result<_> {
        let fields = fields.item(node, "targets", &["select", "reject", "fieldPaths", "options"])?;
        let select = fields.fields("select", &SELECT)?.map(|fields| read::target_fields(&fields)).transpose()?;
        let reject = fields.items("reject")?.into_iter();
        let reject = reject.map(|node| read::target_fields(&fields.item(node, "reject", &SELECT)?));
        Ok(ReplacementTarget {
            select,
            reject: reject.collect::<Result<_>>()?,
            field_paths: fields.texts("fieldPaths")?,
            options: options(&fields)?,
            spot: fields.spot(),
        })
    });
    let targets = fields.get("targets").map(|_| targets.collect::<Result<_>>()).transpose()?;
    Ok(Replacement { source: source.transpose()?, targets, spot: fields.spot() })
}

fn options(fields: &Fields<'_>) -> Result<FieldOptions> {
    let Some(fields) = fields.fields("options", &["delimiter", "index", "encoding", "create"])? else {
        return Ok(FieldOptions::default());
    };
    fields.string("encoding")?;
    let index = fields.integer("index")?.unwrap_or_default();
    Ok(FieldOptions { delimiter: fields.string("delimiter")?, index, create: fields.bool("create")? })
}

/// Reads `vars`.
pub(super) fn vars(fields: &Fields<'_>) -> Result<Vec<Var>> {
    let read = |node| {
        let fields = fields.item(node, "vars", &["name", "objref", "fieldref"])?;
        let known = ["apiVersion", "group", "version", "kind", "name", "namespace"];
        let (mut object, mut api_version) = (Target::default(), SmolStr::default());
        if let Some(fields) = fields.fields("objref", &known)? {
            object = read::target_fields(&fields)?;
            api_version = fields.string("apiVersion")?;
        }
        match api_version.split('/').collect::<Vec<_>>().as_slice() {
            [""] => {}
            [version] => object.version = (*version).into(),
            [group, version] => (object.group, object.version) = ((*group).into(), (*version).into()),
            _ => {}
        }
        let field_path = match fields.fields("fieldref", &["fieldPath"])? {
            Some(fields) => fields.string("fieldPath")?,
            None => SmolStr::default(),
        };
        let field_path = if field_path.is_empty() { DEFAULT_PATH.into() } else { field_path };
        Ok(Var { name: fields.string("name")?, object, field_path, spot: fields.spot() })
    };
    fields.items("vars")?.into_iter().map(read).collect()
}

impl ReplacementSource {
    /// The path of the field, as written or by default.
    pub(in super::super) fn field_path(&self) -> &str {
        self.field_path.as_ref().map_or(DEFAULT_PATH, Text::as_str)
    }
}

impl ReplacementTarget {
    /// The paths of the fields with the places that name them, as written or by default.
    pub(in super::super) fn field_paths(&self) -> Vec<(&str, Spot)> {
        if self.field_paths.is_empty() {
            return vec![(DEFAULT_PATH, self.spot)];
        }
        self.field_paths.iter().map(|path| (path.as_str(), path.spot)).collect()
    }
}
