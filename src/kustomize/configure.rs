//! What a kustomization says about the work of its transformers: `configurations`, `crds` and `openapi`.
//!
//! Owns how these meet what bases have said before. Must not know what is done with field specs and schemas.

use std::sync::Arc;

use super::{
    accumulate::{Accumulation, included},
    context::Schema,
    file::{File, Files},
    kustomization::Text,
    problem::{Problem, ProblemKind},
    spot::Spot,
    transformer_config::{self, ConflictingConfig, TransformerConfig},
};

impl Accumulation<'_> {
    /// Takes the schema that the kustomization asks for, unless another one has before.
    pub(super) fn choose_schema(&mut self) -> Result<(), Box<Problem>> {
        const BUILT_IN: &str = "v1.21.2";
        let Some(wanted) = &self.kustomization.openapi else { return Ok(()) };
        let file = wanted
            .path
            .as_ref()
            .map(|path| self.session.load(self.directory, path.as_str()).map_err(|error| self.missing(path, error)));
        let file = file.transpose()?;
        if self.work.schema.is_some() {
            return Ok(());
        }
        let bad =
            |spot, message: &str| Err(Problem::new(ProblemKind::InvalidKustomization, self.label(spot, ""), message));
        self.work.schema = match (file, &wanted.version) {
            (Some(_), Some(version)) => {
                return bad(
                    version.spot,
                    "`openapi` names both a built-in `version` and a `path`; it can use only one",
                );
            }
            (Some(file), None) => {
                let spot = wanted.path.as_ref().map_or(Spot::default(), |path| path.spot);
                let keys = file
                    .schema(self.work.use_of_built_in)
                    .map_err(|problem| included(problem, self.label(spot, "listed here")))?;
                Some(Schema::Custom(file.id, self.work.use_of_built_in, keys))
            }
            (None, Some(version)) if version.text.is_empty() => None,
            (None, Some(version)) if version.as_str() == BUILT_IN => Some(Schema::BuiltIn),
            (None, Some(version)) => {
                return bad(version.spot, "the specified OpenAPI version is not built in")
                    .map_err(|problem| problem.help(format!("`{BUILT_IN}` is; it holds without being named too")));
            }
            (None, None) => None,
        };
        Ok(())
    }

    /// Adds the field specs of the kustomization to those of its bases.
    pub(super) fn configure(&mut self) -> Result<(), Box<Problem>> {
        let mut own = Arc::clone(TransformerConfig::built_in());
        if !self.kustomization.configurations.is_empty() {
            let mut read = TransformerConfig::default();
            for entry in &self.kustomization.configurations {
                let result = self.read_config(entry, &mut read, transformer_config::read);
                self.tolerate(result)?;
            }
            Arc::make_mut(&mut own).merge(&read).or_else(|conflict| {
                let entry = self.kustomization.configurations.last();
                self.conflict(entry.map_or(Spot::default(), |entry| entry.spot), &conflict)
            })?;
        }
        self.merge_config(&own, Spot::whole(self.kustomization.file.id))?;
        let mut crds = TransformerConfig::default();
        for entry in &self.kustomization.crds {
            let result = self.read_config(entry, &mut crds, |_, file| transformer_config::read_crds(file));
            self.tolerate(result)?;
        }
        match self.kustomization.crds.last() {
            Some(last) => self.merge_config(&Arc::new(crds), last.spot),
            None => Ok(()),
        }
    }

    fn read_config(
        &self,
        entry: &Text,
        config: &mut TransformerConfig,
        read: fn(&Files, &File) -> Result<TransformerConfig, Box<Problem>>,
    ) -> Result<(), Box<Problem>> {
        let file = self.session.load(self.directory, entry.as_str()).map_err(|error| self.missing(entry, error))?;
        let found = read(&self.session.files, &file)
            .map_err(|problem| included(problem, self.label(entry.spot, "listed here")))?;
        config.merge(&found).map_err(|conflict| self.conflict_problem(entry.spot, &conflict))
    }

    /// Adds field specs to those that are at work; `span` is to blame if they do not agree.
    pub(super) fn merge_config(&mut self, config: &Arc<TransformerConfig>, spot: Spot) -> Result<(), Box<Problem>> {
        match TransformerConfig::merged(self.work.config.clone(), config) {
            Ok(merged) => {
                self.work.config = Some(merged);
                Ok(())
            }
            Err(conflict) => self.conflict(spot, &conflict),
        }
    }

    fn conflict(&mut self, spot: Spot, conflict: &ConflictingConfig) -> Result<(), Box<Problem>> {
        self.tolerate(Err(self.conflict_problem(spot, conflict)))
    }

    fn conflict_problem(&self, spot: Spot, conflict: &ConflictingConfig) -> Box<Problem> {
        let help = "say the same of `create`, or leave the spec out: what is there already holds";
        Problem::new(ProblemKind::InvalidKustomization, self.label(spot, ""), conflict.to_string()).help(help)
    }
}
