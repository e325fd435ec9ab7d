//! Going down a field path of an object and changing what is found.
//!
//! Owns kustomize's reading of paths such as `spec/template/spec/containers[]/image`: lists are gone through wherever they are met, missing parts are made
//! where that is asked for. Must not know which paths there are.

use smol_str::SmolStr;

use crate::yaml::{Content, Mapping, Origin, Type, Value};

/// Why a path does not fit an object.
#[derive(Debug)]
pub(super) struct FieldError {
    pub(super) path: SmolStr,
    pub(super) origin: Origin,
    pub(super) message: String,
}

impl FieldError {
    pub(super) fn new(value: &Value, message: impl Into<String>) -> Self {
        Self { path: SmolStr::default(), origin: value.origin, message: message.into() }
    }

    /// Says on which path it happened.
    pub(super) fn on(mut self, path: &str) -> Self {
        self.path = path.into();
        self
    }
}

/// What is made where a path ends in nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Create {
    /// Nothing is made.
    Nothing,
    /// An empty scalar, to be filled.
    Scalar,
    /// An empty mapping, to be filled.
    Mapping,
}

/// Splits a path at its slashes; a slash behind a backslash belongs to a name.
pub(super) fn split(path: &str) -> Vec<SmolStr> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.strip_prefix('/').unwrap_or(path).split('/') {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts.into_iter().map(SmolStr::from).collect()
}

/// Applies `change` to every value at the end of a path.
pub(super) fn visit(
    value: &mut Value,
    path: &[SmolStr],
    create: Create,
    change: &mut dyn FnMut(&mut Value) -> Result<(), FieldError>,
) -> Result<(), FieldError> {
    let Some((name, rest)) = path.split_first() else { return change(value) };
    if value.is_null() {
        return Ok(());
    }
    let origin = value.origin;
    match &mut value.content {
        Content::Sequence(items) => items.iter_mut().try_for_each(|item| visit(item, path, create, change)),
        Content::Mapping(mapping) => enter(mapping, origin, name, rest, create, change),
        Content::Scalar(_) => Err(FieldError::new(value, "expected a list or a mapping")),
    }
}

fn enter(
    mapping: &mut Mapping,
    origin: Origin,
    name: &str,
    rest: &[SmolStr],
    create: Create,
    change: &mut dyn FnMut(&mut Value) -> Result<(), FieldError>,
) -> Result<(), FieldError> {
    let (name, is_list) = name.strip_suffix("[]").map_or((name, false), |name| (name, true));
    let made = match create {
        _ if is_list => Some(Content::Sequence(Vec::new())),
        Create::Nothing => None,
        Create::Scalar if rest.is_empty() => Some(Value::string("").content),
        Create::Scalar | Create::Mapping => Some(Content::Mapping(Mapping::default())),
    };
    if !is_list && create != Create::Nothing && !mapping.contains_key(name) {
        let content = made.clone().unwrap_or(Value::null().content);
        mapping.insert(name.into(), Value::new(content).at(origin));
    }
    let Some(field) = mapping.get_mut(name) else { return Ok(()) };
    if let (true, Some(made)) = (field.is_null(), made) {
        field.content = made;
    }
    visit(field, rest, create, change)
}

/// Demands a scalar and gives its text.
pub(super) fn text(value: &Value) -> Result<&str, FieldError> {
    match value.as_scalar() {
        Some(scalar) if scalar.kind == Type::Null => Ok(""),
        Some(scalar) => Ok(&scalar.text),
        None => Err(FieldError::new(value, "expected a scalar")),
    }
}

/// Demands a mapping, to put strings in.
pub(super) fn mapping(value: &mut Value) -> Result<&mut Mapping, FieldError> {
    let error = FieldError::new(value, "expected a mapping");
    value.as_mapping_mut().ok_or(error)
}
