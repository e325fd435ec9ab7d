//! Finding the configurations of plugins: written in the kustomization itself, in files, or built by other kustomizations.
//!
//! Must not know which plugins there are.

use std::sync::Arc;

use super::Result;
use crate::{
    diagnostic::Label,
    kustomize::{
        accumulate::{Accumulated, Accumulation},
        build_metadata::{self, Configured},
        file::File,
        kustomization::{Fields, Inline},
        problem::{Problem, ProblemKind},
        resource::{Resource, scalar_text},
        session::Session,
        spot::Spot,
        transform::patch_source::PatchText,
    },
};

/// The configuration of one plugin.
pub(super) struct Config {
    pub(super) object: Resource,
    /// The file that holds it.
    pub(super) file: Arc<File>,
    /// The entry that names it.
    entry: Label,
}

impl Config {
    pub(super) fn fields<'a>(&'a self, session: &'a Session) -> Result<Fields<'a>> {
        Fields::plugin(&session.files, self.object.value(), self.spot(), "the configuration")
    }

    /// What annotations say of the plugin, if anything.
    pub(super) fn configured(&self) -> Option<Configured> {
        let origin = build_metadata::annotation(self.object.value(), build_metadata::ORIGIN)?;
        let api_version = scalar_text(self.object.value().get("apiVersion"));
        Configured::by_object(origin, api_version, self.object.id())
    }

    /// The first line of the configuration.
    pub(super) fn spot(&self) -> Spot {
        let origin = self.object.provenance().origin();
        Spot { file: self.file.id, span: self.file.label(origin.offset, "").span }
    }

    pub(super) fn bad(&self, message: String) -> Box<Problem> {
        Problem::new(ProblemKind::InvalidKustomization, Label::new(&self.file.path, self.spot().span, ""), message)
    }

    /// Says through which entry a problem was reached.
    pub(super) fn blame(&self, mut problem: Box<Problem>) -> Box<Problem> {
        if self.entry.path != self.file.path {
            problem.chain.insert(0, self.entry.clone());
        }
        problem
    }
}

/// Loads what the entries of a list name. Those that are written in the list itself come first, as in kustomize; each entry that is not YAML with objects
/// is the path of a file or of a kustomization.
pub(super) fn configs(accumulation: &mut Accumulation<'_>, entries: &[Inline]) -> Result<Vec<Config>> {
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = Accumulated { weight: accumulation.work.weight, ..Accumulated::default() };
    let mut labels = Vec::new();
    let mut paths = Vec::new();
    let mut scope = accumulation.collecting(&mut found);
    for entry in entries {
        match PatchText::inline(&scope, entry).and_then(|text| text.objects()) {
            Ok(objects) => {
                let way = scope.way_to(scope.kustomization.file.path.file_name());
                for mut object in objects {
                    if let Some(way) = &way {
                        object.change(|object| build_metadata::loaded(object, way));
                    }
                    let result = scope.append(object, entry.text.spot);
                    scope.tolerate(result)?;
                }
            }
            Err(problem) if entry.text.as_str().contains('\n') => scope.tolerate(Err(problem))?,
            Err(_) => paths.push(entry),
        }
        labels.resize(scope.work.set.len(), entry.text.spot);
    }
    for entry in paths {
        let result = scope.resource(&entry.text);
        scope.tolerate(result)?;
        labels.resize(scope.work.set.len(), entry.text.spot);
    }
    accumulation.work.problems.append(&mut found.problems);
    accumulation.work.not_rendered.append(&mut found.not_rendered);
    accumulation.work.roots.append(&mut found.roots);
    accumulation.work.use_of_built_in = accumulation.work.use_of_built_in.max(found.use_of_built_in);
    accumulation.work.weight = found.weight;
    let config = |(object, spot): (Resource, Spot)| {
        let file = accumulation.session.files.get(object.provenance().origin().file);
        let file = file.unwrap_or_else(|| Arc::clone(&accumulation.kustomization.file));
        Config { object, file, entry: accumulation.label(spot, "listed here") }
    };
    Ok(found.set.into_items().into_iter().zip(labels).map(config).collect())
}
