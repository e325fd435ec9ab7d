//! `ValueAddTransformer`: puts one text into fields of selected objects, as a whole or as a part of a file path.
//!
//! Owns its paths into objects, which name items of lists by one of their fields, by number, or as the last one (`-`).

use super::{Result, invalid};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        field_spec::split_path,
        kustomization::{Fields, Target, Text, read::target},
        load::LoadError,
        problem::ProblemKind,
        resource::scalar_text,
        spot::Spot,
        transform::{
            field::{self, FieldError},
            field_problem,
            namespace::{Change, Namespacing},
            patches, set_text,
        },
    },
    yaml::{Mapping, Value},
};

/// One place for the value.
struct Place {
    selector: Option<Target>,
    path: String,
    /// Where in a file path the value goes, from 1; 0 if it takes the place of the whole field.
    position: usize,
    spot: Spot,
}

pub(super) fn transform(accumulation: &mut Accumulation<'_>, config: &Fields<'_>) -> Result {
    let value = value(accumulation, config)?;
    let mut places = places(config)?;
    if let Some(path) = config.text("targetFilePath")? {
        places.extend(shared_places(accumulation, &path, config)?);
    }
    if places.is_empty() {
        return Err(invalid(config, "must specify at least one target"));
    }
    for place in &places {
        put(accumulation, &value, place)?;
    }
    Ok(())
}

/// The text to add: by default the name of the kustomization's directory.
fn value(accumulation: &Accumulation<'_>, config: &Fields<'_>) -> Result<Text> {
    let written = config.text("value")?.unwrap_or_else(|| Text { text: "".into(), spot: config.spot() });
    let text = match written.text.trim() {
        "" => accumulation.directory.file_name(),
        text => text,
    };
    if text.is_empty() {
        let message = "`value` must be given: the directory of the kustomization is the whole repository";
        return Err(invalid(config, message));
    }
    Ok(Text { text: text.into(), spot: written.spot })
}

fn places(fields: &Fields<'_>) -> Result<Vec<Place>> {
    let read = |item| {
        let fields = fields.item(item, "targets", &[])?;
        let path = fields.string("fieldPath")?.to_string();
        if path.is_empty() {
            return Err(invalid(&fields, "fieldPath cannot be empty"));
        }
        let position = fields.integer("filePathPosition")?.unwrap_or_default();
        let Ok(position) = usize::try_from(position) else {
            let message = format!("value of FilePathPosition ({position}) cannot be negative");
            return Err(invalid(&fields, message));
        };
        Ok(Place { selector: target(&fields, "selector")?, path, position, spot: fields.spot() })
    };
    fields.items("targets")?.into_iter().map(read).collect()
}

/// The places in a file that several plugins share.
fn shared_places(accumulation: &Accumulation<'_>, path: &Text, config: &Fields<'_>) -> Result<Vec<Place>> {
    let missing = |error: LoadError| {
        let place = accumulation.label(path.spot, "");
        error.problem(accumulation.session, ProblemKind::MissingFile, place, accumulation.directory, path.as_str())
    };
    let file = accumulation.session.load(accumulation.directory, path.as_str()).map_err(missing)?;
    let document = file.stream()?.documents().next().map(|document| document.root().to_value(file.id));
    let value = document.transpose().map_err(|error| invalid(config, format!("`{}`: {error}", path.text)))?;
    match &value {
        Some(value) => places(&Fields::plugin(config.files(), value, Spot::whole(file.id), "the list of targets")?),
        None => Ok(Vec::new()),
    }
}

fn put(accumulation: &mut Accumulation<'_>, value: &Text, place: &Place) -> Result {
    let positions = match &place.selector {
        Some(selector) => patches::select(accumulation, selector)?,
        None => (0..accumulation.work.set.len()).collect(),
    };
    accumulation.charge(place.spot, positions.len().saturating_mul(1 + value.text.len() / 64))?;
    let namespacing = Namespacing::from(value.clone());
    let namespace = Change::new(&namespacing, &[]);
    let added = value.value();
    let parts = split_path(&place.path);
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    for position in positions {
        let result = accumulation.work.set.change(position, |resource| {
            if place.path == "metadata/namespace" {
                return namespace.apply(resource);
            }
            resource.change(|object| {
                let mut write = |field: &mut Value| write(field, &added, place.position);
                reach(object, &parts, &mut write).map_err(|error| error.on(&place.path))
            })
        });
        if let Some(Err(error)) = result {
            let problem = field_problem(accumulation, position, place.spot, &error);
            accumulation.tolerate(Err(problem))?;
        }
    }
    Ok(())
}

/// Writes the value into a field.
fn write(field: &mut Value, added: &Value, position: usize) -> std::result::Result<(), FieldError> {
    field::text(field)?;
    let (old, part) = (scalar_text(Some(field)), scalar_text(Some(added)));
    let text = if position == 0 { part.to_owned() } else { insert(old, position - 1, part) };
    set_text(field, text);
    field.origin = added.origin;
    Ok(())
}

/// Puts a part into a file path; an absolute path stays absolute, and what lies behind the end is the end.
fn insert(path: &str, position: usize, part: &str) -> String {
    let (root, rest) = path.strip_prefix('/').map_or(("", path), |rest| ("/", rest));
    let mut parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
    parts.insert(position.min(parts.len()), part);
    let mut clean: Vec<&str> = Vec::new();
    for part in parts.iter().flat_map(|part| part.split('/')) {
        match part {
            "" | "." => {}
            ".." if clean.last().is_some_and(|last| *last != "..") => drop(clean.pop()),
            ".." if !root.is_empty() => {}
            part => clean.push(part),
        }
    }
    let path = format!("{root}{}", clean.join("/"));
    if path.is_empty() { ".".to_owned() } else { path }
}

/// Calls `visit` on the place that a path leads to, and creates what is missing on the way.
fn reach(
    value: &mut Value,
    parts: &[&str],
    visit: &mut dyn FnMut(&mut Value) -> std::result::Result<(), FieldError>,
) -> std::result::Result<(), FieldError> {
    let Some((&part, rest)) = parts.split_first() else { return visit(value) };
    let bad = |message: &str| FieldError::new(value, format!("{message} at `{part}`"));
    let (no_list, no_mapping) = (bad("expected a list"), bad("expected a mapping"));
    let child = match Step::of(part) {
        Step::Wildcard => return Err(bad("wildcards are not supported")),
        Step::Malformed => return Err(bad("list path element must contain fieldName=fieldValue for element to match")),
        Step::Index(index) => {
            let items = value.as_sequence_mut().ok_or(no_list)?;
            items.get_mut(index)
        }
        Step::Last => value.as_sequence_mut().ok_or(no_list)?.last_mut(),
        Step::Item(key, wanted) => item(value.as_sequence_mut().ok_or(no_list)?, key, wanted),
        Step::Field(key) => {
            if value.is_null() {
                return Ok(());
            }
            let missing = created(rest.first().copied()).at(value.origin);
            let mapping: &mut Mapping = value.as_mapping_mut().ok_or(no_mapping)?;
            Some(mapping.entry(key.into()).or_insert(missing))
        }
    };
    // An item that the list does not have is passed over.
    child.map_or(Ok(()), |child| reach(child, rest, visit))
}

/// One part of a path.
enum Step<'p> {
    Field(&'p str),
    /// The item of a list with this field; without a key, the item that is this text.
    Item(&'p str, &'p str),
    Index(usize),
    Last,
    Wildcard,
    Malformed,
}

impl<'p> Step<'p> {
    fn of(part: &'p str) -> Self {
        let brackets = part.strip_prefix('[').and_then(|part| part.strip_suffix(']'));
        match (part, part.parse(), brackets.map(|inner| inner.split_once('='))) {
            (_, Ok(index), _) => Self::Index(index),
            ("-", ..) => Self::Last,
            ("*", ..) => Self::Wildcard,
            (_, _, Some(Some((key, wanted)))) => Self::Item(key, wanted),
            (_, _, Some(None)) => Self::Malformed,
            (..) => Self::Field(part),
        }
    }

    fn is_in_list(&self) -> bool {
        matches!(self, Self::Item(..) | Self::Index(_) | Self::Last | Self::Malformed)
    }
}

/// What is created in front of the next part of a path.
fn created(next: Option<&str>) -> Value {
    match next.map(Step::of) {
        None => Value::plain(""),
        Some(step) if step.is_in_list() => Value::sequence(Vec::new()),
        Some(_) => Value::mapping(),
    }
}

/// Finds the item with this field, or appends one.
fn item<'v>(items: &'v mut Vec<Value>, key: &str, wanted: &str) -> Option<&'v mut Value> {
    let text = |value: &Value| value.as_scalar().is_some_and(|scalar| scalar.text == wanted);
    let is_wanted = |item: &Value| if key.is_empty() { text(item) } else { item.get(key).is_some_and(text) };
    let index = items.iter().position(is_wanted).unwrap_or_else(|| {
        let scalar = Value::plain(wanted);
        items.push(match key {
            "" => scalar,
            key => Value::of_mapping(Mapping::from_iter([(key.into(), scalar)])),
        });
        items.len() - 1
    });
    items.get_mut(index)
}
