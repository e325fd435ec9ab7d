//! Selection of objects by the `target` of a patch and the `select` and `reject` of a replacement.
//!
//! Group, version, kind, name and namespace are regular expressions that must fit the whole text; labels and annotations are selected in the
//! grammar of Kubernetes' label selectors. Must not know what is done with the selected objects.

mod labels;

pub use labels::{LabelSelector, LabelSelectorError};

use regex::Regex;

use crate::yaml::Value;

/// A selector as written; an absent or empty field selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelectorFields<'s> {
    /// The API group.
    pub group: Option<&'s str>,
    /// The API version.
    pub version: Option<&'s str>,
    /// The kind.
    pub kind: Option<&'s str>,
    /// The name.
    pub name: Option<&'s str>,
    /// The namespace.
    pub namespace: Option<&'s str>,
    /// `labelSelector`.
    pub labels: Option<&'s str>,
    /// `annotationSelector`.
    pub annotations: Option<&'s str>,
}

/// An object that may be selected.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'c> {
    /// Its API group; empty for the core group.
    pub group: &'c str,
    /// Its API version.
    pub version: &'c str,
    /// Its kind.
    pub kind: &'c str,
    /// The names that it goes by, of which one must fit: kustomize looks at the name as loaded and at the present one.
    pub names: &'c [&'c str],
    /// The namespaces likewise. kustomize takes `default` for an object without a namespace, and `_non_namespaceable_` for kinds outside of namespaces.
    pub namespaces: &'c [&'c str],
    /// The object, for its labels and annotations.
    pub object: &'c Value,
}

/// Why a selector selects nothing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SelectorError {
    /// A field is no regular expression.
    #[error("`{field}` of the selector is not a regular expression: {error}")]
    Pattern {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        error: Box<regex::Error>,
    },
    /// `labelSelector` or `annotationSelector` is not in the grammar of label selectors.
    #[error("`{field}` is not a label selector: {error}")]
    Labels {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        error: LabelSelectorError,
    },
}

/// A selector ready for use.
#[derive(Clone, Debug)]
pub struct Selector {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: LabelSelector,
    annotations: LabelSelector,
}

#[derive(Clone, Debug)]
enum Pattern {
    Any,
    /// A text without anything special in it, as nearly all are.
    Exact(String),
    /// A text with dots, such as an API group: each dot fits any one letter. Building a regular expression for it costs more than the patch.
    Dotted(String),
    Regex(Regex),
}

impl Selector {
    /// Reads the fields of a selector.
    pub fn new(fields: &SelectorFields<'_>) -> Result<Self, SelectorError> {
        let labels = |field, text: Option<&str>| {
            LabelSelector::parse(text.unwrap_or_default()).map_err(|error| SelectorError::Labels { field, error })
        };
        Ok(Self {
            group: Pattern::new("group", fields.group)?,
            version: Pattern::new("version", fields.version)?,
            kind: Pattern::new("kind", fields.kind)?,
            name: Pattern::new("name", fields.name)?,
            namespace: Pattern::new("namespace", fields.namespace)?,
            labels: labels("labelSelector", fields.labels)?,
            annotations: labels("annotationSelector", fields.annotations)?,
        })
    }

    /// The one name that selected objects have, if the pattern allows no other.
    pub fn exact_name(&self) -> Option<&str> {
        if let Pattern::Exact(name) = &self.name { Some(name) } else { None }
    }

    /// Whether the object is selected.
    pub fn selects(&self, candidate: &Candidate<'_>) -> bool {
        let metadata = |key| candidate.object.pointer(&["metadata", key]);
        self.kind.fits(candidate.kind)
            && candidate.names.iter().any(|name| self.name.fits(name))
            && candidate.namespaces.iter().any(|namespace| self.namespace.fits(namespace))
            && self.group.fits(candidate.group)
            && self.version.fits(candidate.version)
            && self.labels.selects(metadata("labels"))
            && self.annotations.selects(metadata("annotations"))
    }
}

impl Pattern {
    fn new(field: &'static str, text: Option<&str>) -> Result<Self, SelectorError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Self::Any) };
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '/');
        if text.chars().all(plain) {
            return Ok(Self::Exact(text.to_owned()));
        }
        if text.chars().all(|letter| plain(letter) || letter == '.') {
            return Ok(Self::Dotted(text.to_owned()));
        }
        match Regex::new(&format!("^(?:{text})$")) {
            Ok(regex) => Ok(Self::Regex(regex)),
            Err(error) => Err(SelectorError::Pattern { field, error: Box::new(error) }),
        }
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => exact == text,
            Self::Dotted(dotted) => {
                dotted.chars().count() == text.chars().count()
                    && dotted
                        .chars()
                        .zip(text.chars())
                        .all(|(dot, letter)| dot == letter || (dot == '.' && letter != '\n'))
            }
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}
