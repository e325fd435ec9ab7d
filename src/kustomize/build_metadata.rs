//! `buildMetadata`: annotations that say where an object comes from and what changed it.
//!
//! Owns their texts. While any option is set, all objects carry them, as in kustomize: patches can see and remove them. Must not know who makes or changes
//! objects.

use super::{
    field_spec::{FieldSpec, Leaf},
    kustomization::Text,
    resource::{ResourceId, scalar_text},
};
use crate::yaml::{Mapping, Origin, Value, print};

/// The annotation that says where an object comes from.
pub(super) const ORIGIN: &str = "config.kubernetes.io/origin";

/// The annotation that lists what changed an object.
pub(super) const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// What the options of a kustomization ask for, each with the place that does.
#[derive(Clone, Copy, Debug)]
pub(super) struct BuildMetadata {
    origin: Option<Origin>,
    transformations: Option<Origin>,
    pub(super) managed_by: Option<Origin>,
}

impl BuildMetadata {
    /// Reads the options. Unknown ones are passed over, as kustomize does.
    pub(super) fn new(options: &[Text]) -> Self {
        let asked = |name| options.iter().find(|option| option.as_str() == name).map(|option| option.spot.origin());
        Self {
            origin: asked("originAnnotations"),
            transformations: asked("transformerAnnotations"),
            managed_by: asked("managedByLabel"),
        }
    }

    /// The place that asks for an annotation of the build to stay in its result; `None` if it does not.
    pub(super) fn keeps(self, annotation: &str) -> Option<Origin> {
        match annotation {
            ORIGIN => self.origin,
            TRANSFORMATIONS => self.transformations,
            _ => None,
        }
    }
}

/// Where something that is no file of its own was configured, as an annotation says it.
#[derive(Clone, Debug)]
pub(super) struct Configured(String);

impl Configured {
    /// In the kustomization file at `path`, by a field that stands for a built-in plugin.
    pub(super) fn by_field(path: &str, plugin: &str) -> Self {
        Self::new(path, &[("apiVersion", "builtin"), ("kind", plugin)])
    }

    /// By an object, of which `origin` is the annotation; `None` if that says nothing.
    pub(super) fn by_object(origin: &str, api_version: &str, id: &ResourceId) -> Option<Self> {
        let path = origin.strip_prefix("path: ")?.trim_end();
        let by =
            [("apiVersion", api_version), ("kind", &id.gvk.kind), ("name", &id.name), ("namespace", &id.namespace)];
        Some(Self::new(path, &by))
    }

    fn new(path: &str, by: &[(&'static str, &str)]) -> Self {
        let given: Vec<_> = by.iter().copied().filter(|(_, text)| !text.is_empty()).collect();
        let by = fields(&given);
        Self(format!("{}configuredBy:\n{}", fields(&[("configuredIn", path)]), indented(&by, "  ", "  ")))
    }

    /// Says of an object without origin that it was made here.
    pub(super) fn made(&self, object: &mut Value) {
        if annotation(object, ORIGIN).is_none() {
            annotate(object, ORIGIN, self.0.clone());
        }
    }

    /// Says of an object that it was changed here; of one without origin that it was made here.
    pub(super) fn changed(&self, object: &mut Value) {
        if annotation(object, ORIGIN).is_none() {
            return annotate(object, ORIGIN, self.0.clone());
        }
        let mut list = annotation(object, TRANSFORMATIONS).unwrap_or_default().to_owned();
        list.push_str(&indented(&self.0, "- ", "  "));
        annotate(object, TRANSFORMATIONS, list);
    }
}

/// Says that an object comes from the file at a path.
pub(super) fn loaded(object: &mut Value, path: &str) {
    annotate(object, ORIGIN, fields(&[("path", path)]));
}

/// The text of an annotation.
pub(super) fn annotation<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    Some(scalar_text(Some(object.pointer(&["metadata", "annotations"])?.get(key)?)))
}

pub(super) fn annotate(object: &mut Value, key: &str, text: String) {
    let spec = FieldSpec { path: "metadata/annotations".into(), create: true, ..FieldSpec::default() };
    let mut text = Some(text);
    // Metadata without a mapping for annotations cannot take one.
    let _ = spec.for_each_target(object, Leaf::Mapping, |annotations| {
        if let (Some(annotations), Some(text)) = (annotations.as_mapping_mut(), text.take()) {
            annotations.insert(key.into(), Value::string(text));
        }
        Ok::<(), ()>(())
    });
}

/// A path that continues another, without what cancels out, as Go's `filepath.Join` makes it.
pub(super) fn join(path: &str, further: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').chain(further.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() && !(path.is_empty() && further.is_empty()) { ".".to_owned() } else { parts.join("/") }
}

/// Fields as YAML.
fn fields(pairs: &[(&'static str, &str)]) -> String {
    let mapping: Mapping = pairs.iter().map(|&(key, text)| (key.into(), Value::string(text))).collect();
    let mut out = String::new();
    // A text with characters that YAML cannot hold is in no path and no name.
    let _ = print::kustomize::document(&Value::of_mapping(mapping), &mut out);
    out
}

fn indented(text: &str, first: &str, rest: &str) -> String {
    let line = |(index, line): (usize, &str)| format!("{}{line}\n", if index == 0 { first } else { rest });
    text.lines().enumerate().map(line).collect()
}
