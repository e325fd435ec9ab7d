//! The text of a patch, from a file or from the kustomization, and what kind of patch it is.
//!
//! Must not know targets.

use std::sync::Arc;

use crate::{
    kustomize::{
        accumulate::Accumulation,
        file::{self, File},
        inline::Translation,
        kustomization::{Inline, Text},
        objects::{self, Place},
        patch::json6902::{self, Operation},
        problem::{Problem, ProblemKind},
        resource::Resource,
    },
    text::{SourceText, Span},
    yaml::{Document, Stream, Value},
};

/// A patch, read.
pub(in super::super) enum PatchSource {
    /// Objects to merge.
    Strategic(Vec<Resource>),
    /// Operations to apply.
    Operations(Vec<Operation>),
    /// Nothing at all.
    Empty,
}

/// Where a patch is written.
pub(in super::super) enum PatchText<'a> {
    File(Arc<File>),
    Inline { file: Arc<File>, inline: &'a Inline, stream: Stream },
}

impl<'a> PatchText<'a> {
    /// Loads a patch from a path.
    pub(in super::super) fn load(accumulation: &Accumulation<'_>, path: &Text) -> Result<Self, Box<Problem>> {
        let file = accumulation.session.load(accumulation.directory, path.as_str()).map_err(|error| {
            let place = accumulation.label(path.spot, "");
            error.problem(accumulation.session, ProblemKind::MissingFile, place, accumulation.directory, path.as_str())
        })?;
        Ok(Self::File(file))
    }

    /// Parses a patch that is written in the kustomization.
    pub(in super::super) fn inline(accumulation: &Accumulation<'_>, inline: &'a Inline) -> Result<Self, Box<Problem>> {
        let text = SourceText::new(inline.text.as_str());
        let file = accumulation.session.files.get(inline.text.spot.file);
        let file = file.unwrap_or_else(|| Arc::clone(&accumulation.kustomization.file));
        let stream = file::parse_text(&file.path, text).map_err(|problem| translated(problem, &inline.translation))?;
        Ok(Self::Inline { file, inline, stream })
    }

    fn stream(&self) -> Result<&Stream, Box<Problem>> {
        match self {
            Self::File(file) => file.stream(),
            Self::Inline { stream, .. } => Ok(stream),
        }
    }

    /// The objects of a strategic merge patch.
    pub(in super::super) fn objects(&self) -> Result<Vec<Resource>, Box<Problem>> {
        match self {
            Self::File(file) => {
                let place = Place::file(&file.path, file.id);
                objects::read(file.stream()?, &place)
            }
            Self::Inline { file, inline, stream } => {
                let place = Place { path: &file.path, file: file.id, translation: Some(&inline.translation) };
                objects::read(stream, &place)
            }
        }
    }

    /// The operations of a JSON patch.
    pub(in super::super) fn operations(&self) -> Result<Vec<Operation>, Box<Problem>> {
        let stream = self.stream()?;
        let (file, translation) = match self {
            Self::File(file) => (file, None),
            Self::Inline { file, inline, .. } => (file, Some(&inline.translation)),
        };
        let place = Place { path: &file.path, file: file.id, translation };
        let document = stream.documents().map(Document::root).find(|root| !root.is_null());
        let value = document.map(|root| root.to_value(file.id)).transpose();
        let mut value = value.map_err(|error| objects::expand_problem(error, &place))?.unwrap_or_else(Value::null);
        if let Some(translation) = translation {
            objects::translate(&mut value, translation);
        }
        let bad = |message: &str| Problem::new(ProblemKind::PatchFails, place.label(Span::at(0), ""), message);
        let text = stream.text().as_str();
        // What starts with a bracket kustomize reads as JSON, not as YAML.
        if text.trim_start().starts_with('[') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
            return Err(bad("a patch that starts with `[` must be JSON").help("quote the keys, or write it as a block"));
        }
        match json6902::parse(&value) {
            Some(operations) if !operations.is_empty() => Ok(operations),
            Some(_) => Err(bad("the patch holds no operations")),
            None => Err(bad("the patch is neither an object to merge nor a list of JSON patch operations")),
        }
    }

    /// Finds out whether the text holds objects to merge or operations, as kustomize does: it must be one of them and not the other.
    pub(in super::super) fn read(&self, accumulation: &Accumulation<'_>) -> Result<PatchSource, Box<Problem>> {
        let stream = self.stream()?;
        if stream.text().as_str().trim().is_empty() {
            return Ok(PatchSource::Empty);
        }
        let holds_list = stream.documents().next().is_some_and(|document| document.root().is_sequence());
        if holds_list {
            return self.operations().map(PatchSource::Operations);
        }
        let objects = self.objects()?;
        if objects.is_empty() {
            let place = match self {
                Self::File(file) => file.label(0, ""),
                Self::Inline { inline, .. } => accumulation.label(inline.text.spot, ""),
            };
            return Err(Problem::new(ProblemKind::PatchFails, place, "the patch holds neither objects nor operations"));
        }
        Ok(PatchSource::Strategic(objects))
    }
}

/// Moves the places of a problem from the text of a patch to the file that holds it.
fn translated(mut problem: Box<Problem>, translation: &Translation) -> Box<Problem> {
    problem.place.span = translation.span(problem.place.span);
    for label in &mut problem.related {
        label.span = translation.span(label.span);
    }
    problem
}
