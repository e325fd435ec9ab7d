//! What a kustomization file says.
//!
//! Owns the typed form of the file and its reading, as strict as kustomize's: unknown fields and wrong types are errors with their place. Must not know what
//! the fields do.

mod decode;
mod item;
pub(super) mod read;
pub(super) mod replacement;

use std::sync::Arc;

use smol_str::SmolStr;

use super::{field_spec::FieldSpec, file::File, selector::SelectorFields, spot::Spot};
use crate::{text::nearest, yaml::Value};

pub(super) use decode::Fields;
pub use decode::UnknownFields;
pub(super) use item::Item;
pub(super) use read::{field_specs, read, read_value};

/// The names that kustomize looks for, in its order.
pub(super) const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Whether kustomize takes a file of this name for the kustomization of its directory.
pub fn is_kustomization_name(name: &str) -> bool {
    FILE_NAMES.contains(&name)
}

/// The name that was meant, if a file is almost called as a kustomization, but so that kustomize overlooks it.
pub fn misspelt_kustomization_name(name: &str) -> Option<&'static str> {
    const LIKELY: [&str; 2] = ["kustomization", "kustomisation"];
    if is_kustomization_name(name) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let Some((first, _)) = lower.split_once('.') else { return LIKELY.contains(&&*lower).then_some(FILE_NAMES[0]) };
    let mut stem = lower.as_str();
    while let Some(shorter) = stem.strip_suffix(".yaml").or_else(|| stem.strip_suffix(".yml")) {
        stem = shorter;
    }
    let near = stem == first && (LIKELY.contains(&stem) || nearest(stem, [LIKELY[0]]).is_some());
    near.then_some(if lower.rsplit('.').next() == Some("yml") { FILE_NAMES[1] } else { FILE_NAMES[0] })
}

/// A text and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) text: SmolStr,
    pub(super) spot: Spot,
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The text as a string value that was written here.
    pub(super) fn value(&self) -> Value {
        Value::string(self.text.clone()).at(self.spot.origin())
    }
}

/// Keys and texts, sorted by key, as kustomize applies them.
pub(super) type Pairs = Vec<(SmolStr, Text)>;

/// A kustomization or component.
#[derive(Debug)]
pub(super) struct Kustomization {
    pub(super) file: Arc<File>,
    pub(super) is_component: bool,
    pub(super) name_prefix: Option<Text>,
    pub(super) name_suffix: Option<Text>,
    pub(super) namespace: Option<Text>,
    pub(super) common_labels: Pairs,
    pub(super) labels: Vec<Labels>,
    pub(super) common_annotations: Pairs,
    pub(super) patches_strategic_merge: Vec<Inline>,
    pub(super) patches_json6902: Vec<Patch>,
    pub(super) patches: Vec<Patch>,
    pub(super) images: Vec<Image>,
    pub(super) replicas: Vec<Replicas>,
    pub(super) replacements: Vec<replacement::ReplacementEntry>,
    pub(super) vars: Vec<replacement::Var>,
    pub(super) sort_options: Option<SortOptions>,
    pub(super) resources: Vec<Text>,
    pub(super) components: Vec<Text>,
    pub(super) configurations: Vec<Text>,
    pub(super) crds: Vec<Text>,
    pub(super) openapi: Option<OpenApi>,
    pub(super) config_map_generator: Vec<Generator>,
    pub(super) secret_generator: Vec<Generator>,
    /// Configurations of plugins, or paths of such.
    pub(super) generators: Vec<Inline>,
    pub(super) transformers: Vec<Inline>,
    pub(super) validators: Vec<Inline>,
    pub(super) build_metadata: Vec<Text>,
    /// Charts that would have to be inflated.
    pub(super) charts: Vec<Text>,
}

/// `openapi`.
#[derive(Debug)]
pub(super) struct OpenApi {
    pub(super) path: Option<Text>,
    pub(super) version: Option<Text>,
}

/// An entry of `labels`.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) pairs: Pairs,
    pub(super) include_selectors: bool,
    pub(super) include_templates: bool,
    pub(super) fields: Vec<FieldSpec>,
    pub(super) spot: Spot,
}

/// A text that may hold YAML itself.
#[derive(Clone, Debug)]
pub(super) struct Inline {
    pub(super) text: Text,
    pub(super) translation: super::inline::Translation,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Debug)]
pub(super) struct Patch {
    pub(super) path: Option<Text>,
    /// The field `patch`.
    pub(super) inline: Option<Inline>,
    pub(super) target: Option<Target>,
    pub(super) allow_name_change: bool,
    pub(super) allow_kind_change: bool,
    pub(super) spot: Spot,
}

/// The target of a patch or replacement; empty parts match everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    pub(super) group: SmolStr,
    pub(super) version: SmolStr,
    pub(super) kind: SmolStr,
    pub(super) name: SmolStr,
    pub(super) namespace: SmolStr,
    pub(super) label_selector: SmolStr,
    pub(super) annotation_selector: SmolStr,
    pub(super) spot: Spot,
}

impl Target {
    pub(super) fn fields(&self) -> SelectorFields<'_> {
        SelectorFields {
            group: Some(&self.group),
            version: Some(&self.version),
            kind: Some(&self.kind),
            name: Some(&self.name),
            namespace: Some(&self.namespace),
            labels: Some(&self.label_selector),
            annotations: Some(&self.annotation_selector),
        }
    }
}

/// An entry of `images`.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) name: SmolStr,
    pub(super) new_name: SmolStr,
    pub(super) tag_suffix: SmolStr,
    pub(super) new_tag: SmolStr,
    pub(super) digest: SmolStr,
    pub(super) spot: Spot,
}

/// An entry of `replicas`.
#[derive(Debug)]
pub(super) struct Replicas {
    pub(super) name: SmolStr,
    pub(super) count: i64,
    pub(super) spot: Spot,
}

/// `sortOptions`.
#[derive(Debug)]
pub(super) struct SortOptions {
    pub(super) legacy: bool,
    /// Kinds that come first and last, if the file names them.
    pub(super) order: Option<(Vec<SmolStr>, Vec<SmolStr>)>,
}

/// An entry of `configMapGenerator` or `secretGenerator`, global options merged in.
#[derive(Debug)]
pub(super) struct Generator {
    pub(super) name: SmolStr,
    pub(super) namespace: SmolStr,
    pub(super) behavior: super::resource::Behavior,
    pub(super) secret_type: SmolStr,
    pub(super) literals: Vec<Text>,
    pub(super) files: Vec<Text>,
    pub(super) envs: Vec<Text>,
    pub(super) options: GeneratorOptions,
    pub(super) spot: Spot,
}

/// `generatorOptions`, or `options` of one generator.
#[derive(Clone, Debug, Default)]
pub(super) struct GeneratorOptions {
    pub(super) labels: Pairs,
    pub(super) annotations: Pairs,
    pub(super) disable_name_suffix_hash: bool,
    pub(super) immutable: bool,
}
