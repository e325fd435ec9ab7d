//! `replacements`: the value of one field is copied into others.
//!
//! A value that was replaced says that it was written where the path of its field stands in the replacement, or where the target stands if it names no path:
//! that line is what set it. Must not know how paths are followed.

use smol_str::SmolStr;

use super::Result;
use crate::{
    kustomize::{
        accumulate::Accumulation,
        field_path::{self, Place},
        field_spec::Leaf,
        file::{File, Files},
        kustomization::{
            Fields, Target, Text,
            replacement::{self, FieldOptions, Replacement, ReplacementEntry, ReplacementSource, ReplacementTarget},
        },
        objects::{self, expand_problem},
        problem::{Problem, ProblemKind},
        resource::{Resource, is_empty, scalar_text},
        resource_set::ResourceSet,
        selector::LabelSelector,
        spot::Spot,
    },
    text::nearest,
    yaml::{Content, Document, Origin, Scalar, Type, Value, scalar},
};

/// Runs replacements in their order. Of files that are named, all are read first.
pub(in super::super) fn apply(accumulation: &mut Accumulation<'_>, entries: &[ReplacementEntry]) -> Result {
    let mut replacements = Vec::new();
    for entry in entries {
        match entry {
            ReplacementEntry::Inline(replacement) => replacements.push((**replacement).clone()),
            ReplacementEntry::Path(path) => match load(accumulation, path) {
                Ok(loaded) => replacements.extend(loaded),
                Err(problem) => accumulation.tolerate(Err(problem))?,
            },
        }
    }
    for replacement in &replacements {
        let result = replace(accumulation, replacement);
        accumulation.tolerate(result)?;
    }
    Ok(())
}

/// Reads a file that holds one replacement or a list of them.
fn load(accumulation: &Accumulation<'_>, path: &Text) -> std::result::Result<Vec<Replacement>, Box<Problem>> {
    let session = accumulation.session;
    let listed = || accumulation.label(path.spot, "listed here");
    let file = session.load(accumulation.directory, path.as_str()).map_err(|error| {
        let place = accumulation.label(path.spot, "");
        error.problem(session, ProblemKind::MissingFile, place, accumulation.directory, path.as_str())
    })?;
    read(&session.files, &file).map_err(|problem| problem.related(listed()))
}

fn read(files: &Files, file: &File) -> std::result::Result<Vec<Replacement>, Box<Problem>> {
    let root = file.stream()?.documents().next().map(Document::root);
    let value = root.map(|root| root.to_value(file.id)).transpose();
    let value = value.map_err(|error| expand_problem(error, &objects::Place::file(&file.path, file.id)))?;
    let value = value.unwrap_or_else(Value::null);
    let read = |item| {
        let fields = Fields::plugin(files, item, Spot::whole(file.id), "a replacement")?;
        replacement::replacement(&fields)
    };
    match &value.content {
        Content::Sequence(items) => items.iter().map(read).collect(),
        Content::Mapping(_) => Ok(vec![read(&value)?]),
        Content::Scalar(_) => {
            let message = "the file must hold a replacement or a list of replacements";
            Err(Problem::new(ProblemKind::InvalidKustomization, file.label(0, ""), message))
        }
    }
}

fn bad(accumulation: &Accumulation<'_>, spot: Spot, message: impl Into<String>) -> Box<Problem> {
    Problem::new(ProblemKind::ReplacementFails, accumulation.label(spot, ""), message)
}

fn replace(accumulation: &mut Accumulation<'_>, replacement: &Replacement) -> Result {
    let (Some(source), Some(targets)) = (&replacement.source, &replacement.targets) else {
        let message = "replacements must specify a source and at least one target";
        return Err(bad(accumulation, replacement.spot, message));
    };
    let position = select_source(accumulation, source)?;
    let mut source = Source::new(position, source);
    source.read(&accumulation.work.set).map_err(|message| bad(accumulation, source.spot(), message))?;
    for target in targets {
        let target = Selected::new(target).map_err(|message| bad(accumulation, target.spot, message))?;
        for position in candidates(&accumulation.work.set, target.select) {
            if accumulation.work.set.get(position).is_some_and(|resource| target.selects(resource)) {
                write(accumulation, position, &mut source, target.target)?;
            }
        }
    }
    Ok(())
}

/// The object that a replacement copies from.
struct Source<'a> {
    position: usize,
    spec: &'a ReplacementSource,
    parts: Vec<SmolStr>,
    value: Value,
}

impl<'a> Source<'a> {
    fn new(position: usize, spec: &'a ReplacementSource) -> Self {
        Self { position, spec, parts: field_path::split(spec.field_path()), value: Value::null() }
    }

    fn spot(&self) -> Spot {
        self.spec.field_path.as_ref().map_or(self.spec.object.spot, |path| path.spot)
    }

    /// Reads the value; fails with words for the reason.
    fn read(&mut self, set: &ResourceSet) -> std::result::Result<(), String> {
        let Some(resource) = set.get(self.position) else { return Ok(()) };
        let found = field_path::look_up(resource.value(), &self.parts);
        let found = found.map_err(|error| format!("error looking up replacement source: {error}"))?;
        let Some(value) = found.filter(|value| !is_empty(value)) else {
            let (path, id) = (self.spec.field_path(), display(&self.spec.object));
            return Err(format!("fieldPath `{path}` is missing for replacement source {id}"));
        };
        self.value = refine(value.clone(), &self.spec.options)?;
        Ok(())
    }

    /// kustomize copies from the object as it is at that moment: a target that is the source itself changes what follows.
    fn read_again(&mut self, set: &ResourceSet, changed: usize) {
        if changed == self.position && self.spec.options.delimiter.is_empty() {
            // A source that was overwritten by something else keeps its last value.
            let _ = self.read(set);
        }
    }
}

/// Takes a piece of a text.
fn refine(mut value: Value, options: &FieldOptions) -> std::result::Result<Value, String> {
    if options.delimiter.is_empty() {
        return Ok(value);
    }
    let Content::Scalar(scalar) = &mut value.content else {
        return Err("delimiter option can only be used with scalar nodes".to_owned());
    };
    let pieces: Vec<&str> = scalar.text.split(options.delimiter.as_str()).collect();
    let piece = usize::try_from(options.index).ok().and_then(|index| pieces.get(index).copied());
    let piece =
        piece.ok_or_else(|| format!("options.index {} is out of bounds for value {}", options.index, scalar.text))?;
    scalar.text = piece.into();
    Ok(value)
}

fn select_source(
    accumulation: &Accumulation<'_>,
    source: &ReplacementSource,
) -> std::result::Result<usize, Box<Problem>> {
    let set = &accumulation.work.set;
    let wanted = &source.object;
    let mut matches = candidates(set, wanted);
    matches.retain(|&position| set.get(position).is_some_and(|resource| was_selected(resource, wanted)));
    let problem = |message: &str| bad(accumulation, wanted.spot, format!("{message} {}", display_source(source)));
    match *matches.as_slice() {
        [position] => Ok(position),
        [] => {
            let same_kind =
                set.iter().filter(|resource| wanted.kind.is_empty() || resource.id().gvk.kind == wanted.kind);
            let problem = problem("nothing selected by");
            Err(match nearest(&wanted.name, same_kind.map(|resource| resource.id().name.as_str())) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            })
        }
        _ => Err(problem("multiple matches for selector").help("name kind, name and namespace of one object")),
    }
}

/// The positions at which objects may be that a selector names, without those of other names.
fn candidates(set: &ResourceSet, wanted: &Target) -> Vec<usize> {
    if wanted.name.is_empty() { (0..set.len()).collect() } else { set.named(&wanted.name).collect() }
}

/// Whether an object is or ever was what a selector names; empty parts fit all. Nothing is a regular expression here.
fn was_selected(resource: &Resource, wanted: &Target) -> bool {
    let fits = |wanted: &str, found: &str| wanted.is_empty() || wanted == found;
    let id = resource.id();
    let namespace = if id.namespace.is_empty() { "default" } else { &id.namespace };
    let previous = resource.previous_ids().iter();
    let previous = previous.map(|id| (id.kind.as_str(), id.name.as_str(), id.namespace.as_str()));
    fits(&wanted.group, &id.gvk.group)
        && fits(&wanted.version, &id.gvk.version)
        && std::iter::once((id.gvk.kind.as_str(), id.name.as_str(), namespace)).chain(previous).any(
            |(kind, name, namespace)| {
                fits(&wanted.kind, kind) && fits(&wanted.name, name) && fits(&wanted.namespace, namespace)
            },
        )
}

/// Selectors for labels and for annotations.
struct Marks(LabelSelector, LabelSelector);

impl Marks {
    fn new(target: &Target) -> std::result::Result<Self, String> {
        let parse = |field: &str, text: &str| {
            LabelSelector::parse(text).map_err(|error| format!("`{field}` is not a label selector: {error}"))
        };
        let labels = parse("labelSelector", &target.label_selector)?;
        Ok(Self(labels, parse("annotationSelector", &target.annotation_selector)?))
    }

    fn fit(&self, resource: &Resource) -> bool {
        let metadata = |key| resource.value().pointer(&["metadata", key]);
        self.0.selects(metadata("labels")) && self.1.selects(metadata("annotations"))
    }
}

/// A target with its selectors ready for use.
struct Selected<'a> {
    target: &'a ReplacementTarget,
    select: &'a Target,
    marks: Marks,
    /// Each rejection with its selectors for labels and annotations, if it has any.
    reject: Vec<(&'a Target, Option<Marks>)>,
}

impl<'a> Selected<'a> {
    fn new(target: &'a ReplacementTarget) -> std::result::Result<Self, String> {
        let select = target.select.as_ref().ok_or("target must specify resources to select")?;
        let reject = target.reject.iter().map(|reject| {
            let has_marks = !reject.label_selector.is_empty() || !reject.annotation_selector.is_empty();
            Ok((reject, has_marks.then(|| Marks::new(reject)).transpose()?))
        });
        let reject = reject.collect::<std::result::Result<_, String>>()?;
        Ok(Self { target, select, marks: Marks::new(select)?, reject })
    }

    /// Whether the object is a target. A rejection that names an object and selects labels rejects what fits either.
    fn selects(&self, resource: &Resource) -> bool {
        let rejects = |(reject, marks): &(&Target, Option<Marks>)| {
            let names = [&reject.group, &reject.version, &reject.kind, &reject.name, &reject.namespace];
            marks.as_ref().is_some_and(|marks| marks.fit(resource))
                || (names.iter().any(|name| !name.is_empty()) && was_selected(resource, reject))
        };
        was_selected(resource, self.select) && self.marks.fit(resource) && !self.reject.iter().any(rejects)
    }
}

/// Writes the value into the fields of one object.
fn write(
    accumulation: &mut Accumulation<'_>,
    position: usize,
    source: &mut Source<'_>,
    target: &ReplacementTarget,
) -> Result {
    for (path, spot) in target.field_paths() {
        let set = &mut accumulation.work.set;
        let id = set.get(position).map(|resource| resource.id().to_string()).unwrap_or_default();
        let parts = field_path::split(path);
        let create = target.options.create.then(|| leaf(&source.value));
        let found = set.change(position, |resource| resource.change(|object| field_path::find(object, &parts, create)));
        let verb = if create.is_some() { "find or create" } else { "find" };
        let missing = || format!("unable to {verb} field `{path}` in replacement target {id}");
        let places = match found.unwrap_or_else(|| Ok(Vec::new())) {
            Ok(places) if places.is_empty() => return Err(bad(accumulation, spot, missing())),
            Ok(places) => places,
            Err(reason) => return Err(bad(accumulation, spot, format!("{}: {reason}", missing()))),
        };
        let origin = spot.origin();
        for place in places {
            let put = |object: &mut Value| put(object, &place, &source.value, &target.options, origin);
            let result = accumulation.work.set.change(position, |resource| resource.change(put)).unwrap_or(Ok(0));
            let weight = result
                .map_err(|reason| bad(accumulation, spot, format!("unable to set field `{path}` of {id}: {reason}")))?;
            accumulation.charge(spot, weight)?;
            source.read_again(&accumulation.work.set, position);
        }
    }
    Ok(())
}

/// What is created at the end of a path to take a value.
fn leaf(value: &Value) -> Leaf {
    match value.content {
        Content::Scalar(_) => Leaf::Scalar,
        Content::Sequence(_) => Leaf::Sequence,
        Content::Mapping(_) => Leaf::Mapping,
    }
}

/// Puts the value into a place; gives what the place holds then, by weight.
fn put(
    object: &mut Value,
    place: &Place,
    value: &Value,
    options: &FieldOptions,
    origin: Origin,
) -> std::result::Result<usize, String> {
    let Some(field) = place.get_mut(object) else { return Ok(0) };
    let text = scalar_text(Some(value));
    let text = match &field.content {
        _ if options.delimiter.is_empty() => SmolStr::from(text),
        Content::Scalar(old) => join(&old.text, text, options).into(),
        _ => return Err("delimiter option can only be used with scalar nodes".to_owned()),
    };
    if let Content::Scalar(old) = &field.content {
        field.content = Content::Scalar(retype(old, text, place.is_new)?);
    } else {
        if place.depth() + depth(value) > field_path::MAX_DEPTH {
            return Err(format!("it would be nested more than {} deep", field_path::MAX_DEPTH));
        }
        field.clone_from(value);
        if let Content::Scalar(scalar) = &mut field.content {
            scalar.text = text;
        }
    }
    place_all(field, origin);
    Ok(field.weight())
}

/// Puts a piece into a text: before it, after it, or instead of one of its pieces.
fn join(old: &str, piece: &str, options: &FieldOptions) -> String {
    let delimiter = options.delimiter.as_str();
    let mut pieces: Vec<&str> = old.split(delimiter).collect();
    match usize::try_from(options.index) {
        Err(_) => pieces.insert(0, piece),
        Ok(index) => match pieces.get_mut(index) {
            Some(old) => *old = piece,
            None => pieces.push(piece),
        },
    }
    pieces.join(delimiter)
}

/// A field keeps its type and its quotes when it gets another text: into a string goes any text, into a number only a number. What was created for the
/// purpose has no type yet.
fn retype(old: &Scalar, text: SmolStr, is_new: bool) -> std::result::Result<Scalar, String> {
    let found = scalar::resolve_plain(&text);
    let kind = match (old.kind, found) {
        (old, _) if text.is_empty() && (is_new || old == Type::Null) => Type::String,
        _ if is_new => found,
        (Type::String | Type::Merge | Type::Binary, _) => old.kind,
        (Type::Float, Type::Int) => Type::Int,
        (old, found) if old == found => found,
        (old, _) => {
            let wanted = match old {
                Type::Null => "null",
                Type::Bool => "a boolean",
                Type::Timestamp => "a date",
                _ => "a number",
            };
            return Err(format!("`{text}` cannot take the place of {wanted}"));
        }
    };
    Ok(Scalar { text, kind, quoted: old.quoted })
}

fn depth(value: &Value) -> usize {
    1 + match &value.content {
        Content::Scalar(_) => 0,
        Content::Sequence(items) => items.iter().map(depth).max().unwrap_or_default(),
        Content::Mapping(mapping) => mapping.values().map(depth).max().unwrap_or_default(),
    }
}

/// Says of a value, and of all in it, where it was set.
fn place_all(value: &mut Value, origin: Origin) {
    value.origin = origin;
    match &mut value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter_mut().for_each(|item| place_all(item, origin)),
        Content::Mapping(mapping) => mapping.values_mut().for_each(|value| place_all(value, origin)),
    }
}

/// A selector as kustomize prints it.
fn display(target: &Target) -> String {
    let or = |text: &SmolStr, missing: &str| if text.is_empty() { missing.into() } else { text.clone() };
    let (kind, version) = (or(&target.kind, "[noKind]"), or(&target.version, "[noVer]"));
    let (group, name) = (or(&target.group, "[noGrp]"), or(&target.name, "[noName]"));
    format!("{kind}.{version}.{group}/{name}.{}", or(&target.namespace, "[noNs]"))
}

fn display_source(source: &ReplacementSource) -> String {
    let mut text = display(&source.object);
    let options = &source.options;
    if let Some(path) = &source.field_path {
        text = format!("{text}:{}", path.text);
    }
    if !options.delimiter.is_empty() || options.create {
        text = format!("{text}:{}({}), create={}", options.delimiter, options.index, options.create);
    }
    text
}
