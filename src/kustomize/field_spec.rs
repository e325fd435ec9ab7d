//! Field specs: which field of which kinds a transformer changes.
//!
//! Must not know what is put into the fields, nor which specs there are by default.

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::yaml::{Content, Origin, Scalar, Type, Value};

/// A field of some kinds of objects, as in `configurations` of a kustomization.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FieldSpec {
    /// The API group; empty for any.
    pub group: Cow<'static, str>,
    /// The API version; empty for any.
    pub version: Cow<'static, str>,
    /// The kind; empty for any.
    pub kind: Cow<'static, str>,
    /// The path: `spec/template/metadata/labels`. `\/` is a slash in a key, and `[]` after a key says that it holds a list, which is then not created.
    /// Lists on the way are entered without being named.
    pub path: Cow<'static, str>,
    /// Whether the field, and what leads to it, is created if absent.
    pub create: bool,
}

/// What is created at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// Nothing, whatever the spec says.
    Nothing,
    /// An empty scalar.
    Scalar,
    /// An empty mapping.
    Mapping,
    /// An empty list.
    Sequence,
}

/// Why a path cannot be followed, or what the caller's function said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldSpecError<E> {
    /// The path leads through a single value.
    #[error("the path `{path}` leads through a single value")]
    ThroughScalar {
        /// The path of the spec.
        path: String,
        /// The single value, if its place is known.
        origin: Origin,
    },
    /// A part of the path is empty.
    #[error("the path `{0}` has an empty part")]
    EmptyPart(String),
    /// The caller's function failed.
    #[error(transparent)]
    Setter(E),
}

/// Two specs say of the same field that it is and that it is not created.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field specs for `{path}` do not agree on `create`")]
pub struct ConflictingFieldSpecs {
    /// The path of both.
    pub path: String,
}

impl FieldSpec {
    /// Whether the spec speaks of objects of this type.
    pub fn applies_to(&self, group: &str, version: &str, kind: &str) -> bool {
        let fits = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
        fits(&self.kind, kind) && fits(&self.group, group) && fits(&self.version, version)
    }

    /// Whether the spec speaks of this object, by its `apiVersion` and `kind`.
    pub fn applies_to_object(&self, object: &Value) -> bool {
        let text = |key| object.get(key).and_then(Value::as_scalar).map_or("", |scalar| scalar.text.as_str());
        let (group, version) = split_api_version(text("apiVersion"));
        self.applies_to(group, version, text("kind"))
    }

    /// Calls `visit` on each place that the path leads to in the object, whatever its type. Nulls end the search, except at the end of the path.
    pub fn for_each_target<E>(
        &self,
        object: &mut Value,
        leaf: Leaf,
        mut visit: impl FnMut(&mut Value) -> Result<(), E>,
    ) -> Result<(), FieldSpecError<E>> {
        let parts = split_path(&self.path);
        let leaf = if self.create { leaf } else { Leaf::Nothing };
        Search { spec: self, leaf, visit: &mut visit }.below(object, &parts)
    }

    fn is_same_field(&self, other: &Self) -> bool {
        other.applies_to(&self.group, &self.version, &self.kind) && self.path == other.path
    }
}

/// Adds a spec to others, unless one of them speaks of the same field already. A spec for any kind is taken to be the same as one for a certain kind
/// that is there.
pub fn merge(specs: &mut Vec<FieldSpec>, spec: FieldSpec) -> Result<(), ConflictingFieldSpecs> {
    match specs.iter().find(|existing| existing.is_same_field(&spec)) {
        Some(existing) if existing.create != spec.create => Err(ConflictingFieldSpecs { path: spec.path.into_owned() }),
        Some(_) => Ok(()),
        None => {
            specs.push(spec);
            Ok(())
        }
    }
}

/// Splits `apps/v1` into group and version; the core group is empty.
pub fn split_api_version(api_version: &str) -> (&str, &str) {
    api_version.split_once('/').unwrap_or(("", api_version))
}

/// Splits a path at its slashes; `\/` is a slash within a part, and a slash at the beginning does not count.
pub fn split_path(path: &str) -> Vec<Cow<'_, str>> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(8);
    for part in path.split('/') {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                let last = last.to_mut();
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            _ => parts.push(Cow::Borrowed(part)),
        }
    }
    parts
}

struct Search<'s, F> {
    spec: &'s FieldSpec,
    leaf: Leaf,
    visit: &'s mut F,
}

impl<F> Search<'_, F> {
    fn below<E>(&mut self, value: &mut Value, parts: &[Cow<'_, str>]) -> Result<(), FieldSpecError<E>>
    where
        F: FnMut(&mut Value) -> Result<(), E>,
    {
        let Some((part, rest)) = parts.split_first() else {
            return (self.visit)(value).map_err(FieldSpecError::Setter);
        };
        if value.is_null() {
            return Ok(());
        }
        let origin = value.origin;
        match &mut value.content {
            Content::Scalar(_) => {
                Err(FieldSpecError::ThroughScalar { path: self.spec.path.clone().into_owned(), origin })
            }
            Content::Sequence(items) => items.iter_mut().try_for_each(|item| self.below(item, parts)),
            Content::Mapping(mapping) => {
                let (key, wanted) = match part.strip_suffix("[]") {
                    // A list is not created, but a null in its place becomes an empty one.
                    Some(key) => (key, Some(Leaf::Sequence)),
                    None if self.leaf == Leaf::Nothing => (&**part, None),
                    None if rest.is_empty() => (&**part, Some(self.leaf)),
                    None => (&**part, Some(Leaf::Mapping)),
                };
                if key.is_empty() {
                    return Err(FieldSpecError::EmptyPart(self.spec.path.clone().into_owned()));
                }
                let is_list = key.len() < part.len();
                if let Some(wanted) = wanted.filter(|_| !is_list)
                    && !mapping.contains_key(key)
                {
                    mapping.insert(key.into(), wanted.empty().at(origin));
                }
                let Some(child) = mapping.get_mut(key) else { return Ok(()) };
                // A null in the place of a scalar keeps its text, to which a name prefix is added.
                if let Some(wanted) = wanted.filter(|wanted| *wanted != Leaf::Scalar)
                    && child.is_null()
                {
                    child.content = wanted.empty().content;
                }
                self.below(child, rest)
            }
        }
    }
}

impl Leaf {
    /// The empty value of this kind. An empty scalar is a null without text.
    pub(super) fn empty(self) -> Value {
        match self {
            Self::Nothing | Self::Scalar => {
                Value::new(Content::Scalar(Scalar { text: SmolStr::default(), kind: Type::Null, quoted: false }))
            }
            Self::Mapping => Value::mapping(),
            Self::Sequence => Value::sequence(Vec::new()),
        }
    }
}
