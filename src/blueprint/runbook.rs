//! The runbook of an instance and what is said after it was made, from the templates of all its blueprints.
//!
//! Owns their order: phase by phase, in each phase the components in the order of `uses`, then the blueprint itself. Must not know engines.

use super::{
    Problems,
    compose::template_fault,
    instance::NextStep,
    manifest::{Manifest, Phase, RunbookStep, Text},
    model::Model,
    parameters::{Scope, fault_in_text},
    render::{Context, Renderer},
    wiring::wiring,
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
};

/// What was written.
pub(super) struct Written {
    /// The runbook, if there is anything in it.
    pub text: Option<String>,
    /// What to say when the instance was made: the blueprint's own steps come first.
    pub next_steps: Vec<NextStep>,
    /// Faults of the templates.
    pub problems: Problems,
}

/// Runs all templates.
pub(super) fn write(renderer: &Renderer, scopes: &[Scope<'_>], model: &Model) -> Written {
    let mut steps: Vec<(Phase, String)> = Vec::new();
    let mut next_steps = Vec::new();
    let mut problems = Problems::new();
    for scope in scopes {
        let context = scope.context.clone().with("wiring", &wiring(model, scope));
        let file = scope.blueprint.folder.place(&Manifest::path());
        if let Some(text) = scope.blueprint.folder.text(&Manifest::path()) {
            problems.add_source(&file, text);
        }
        let mut writer = Writer { renderer, scope, context, file, problems };
        for step in &scope.blueprint.manifest.runbook {
            if writer.holds(step.when.as_ref()) {
                steps.extend(writer.step(step).map(|text| (step.phase, text)));
            }
        }
        let mut own = writer.next_steps();
        if scope.path.is_empty() {
            own.append(&mut next_steps);
            next_steps = own;
        } else {
            next_steps.append(&mut own);
        }
        problems = writer.problems;
    }
    steps.retain(|(_, text)| !text.trim().is_empty());
    steps.sort_by_key(|(phase, _)| *phase);
    let text = match steps.as_slice() {
        [] => None,
        [(_, only)] => Some(only.clone()),
        steps => {
            let texts: Vec<&str> = steps.iter().map(|(_, text)| text.trim_matches('\n')).collect();
            Some(format!("{}\n", texts.join("\n\n")))
        }
    };
    Written { text, next_steps, problems }
}

struct Writer<'a> {
    renderer: &'a Renderer,
    scope: &'a Scope<'a>,
    context: Context,
    file: RepoPath,
    problems: Problems,
}

impl Writer<'_> {
    fn step(&mut self, step: &RunbookStep) -> Option<String> {
        let folder = &self.scope.blueprint.folder;
        let path = RepoPath::new(&step.file.name).ok();
        let Some((path, source)) = path.and_then(|path| Some((path.clone(), folder.text(&path)?))) else {
            let label = Label::new(&self.file, step.file.span, "");
            let message = format!("the blueprint has no file `{}`", step.file.name);
            self.problems.push(Diagnostic::new("blueprint/manifest", Severity::Error, message, label));
            return None;
        };
        match self.renderer.text(source.as_str(), &self.context) {
            Ok(text) => Some(text),
            Err(error) => {
                let place = folder.place(&path);
                self.problems.add_source(&place, source);
                self.problems.push(template_fault(&place, &error));
                None
            }
        }
    }

    fn next_steps(&mut self) -> Vec<NextStep> {
        let mut steps = Vec::new();
        for step in &self.scope.blueprint.manifest.next_steps {
            if !self.holds(step.when.as_ref()) {
                continue;
            }
            match self.renderer.text(&step.text.source, &self.context) {
                Ok(text) => steps.push(text),
                Err(error) => self.problems.push(fault_in_text(&self.file, &step.text, &error)),
            }
        }
        steps
    }

    fn holds(&mut self, when: Option<&Text>) -> bool {
        let Some(when) = when else { return true };
        self.renderer.condition(&when.source, &self.context).unwrap_or_else(|error| {
            self.problems.push(fault_in_text(&self.file, when, &error));
            false
        })
    }
}
