//! Finds the components of a blueprint, and checks what it says about them and about its own objects.
//!
//! Owns the order in which components are looked for, and the limits of nesting. Must not know answers.

use std::sync::Arc;

use super::{
    Blueprint, Folder, Manifest, Problems,
    manifest::{Consumer, Id, Kind, Use},
    reference::{self, Found},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    path::RepoPath,
    text::{Span, nearest},
};

/// Gives the folder of a component by its name; `None` if there is none.
pub type Library<'a> = &'a dyn Fn(&str) -> Result<Option<Folder>, Problems>;

/// Components of components, and so on: the most that one blueprint may have. The largest real one has some thirty.
const MAX_COMPONENTS: usize = 500;

/// Reads a blueprint and everything it uses; fails with every fault.
pub(super) fn link(folder: Folder, library: Library<'_>) -> Result<Blueprint, Problems> {
    Linker { library, above: Vec::new(), left: MAX_COMPONENTS }.read(folder)
}

struct Linker<'a> {
    library: Library<'a>,
    /// The blueprints that are being read, from the outside.
    above: Vec<String>,
    left: usize,
}

impl Linker<'_> {
    fn read(&mut self, folder: Folder) -> Result<Blueprint, Problems> {
        let manifest = Manifest::read(&folder)?;
        let mut problems = Problems::new();
        self.above.push(manifest.name.name.clone());
        let mut blueprint = Blueprint { folder, manifest, components: Vec::new() };
        for used in &blueprint.manifest.uses {
            match self.component(&blueprint, &used.component) {
                Ok(component) => blueprint.components.push(Arc::new(component)),
                Err(found) => problems.extend(found),
            }
        }
        self.above.pop();
        if problems.is_fine() {
            problems.extend(Checker::of(&blueprint).check());
        }
        problems.into_result(Some(blueprint))
    }

    fn component(&mut self, blueprint: &Blueprint, id: &Id) -> Result<Blueprint, Problems> {
        let mut checker = Checker::of(blueprint);
        let name = id.name.rsplit('/').next().unwrap_or_default();
        if let Some(start) = self.above.iter().position(|above| above == name) {
            let way: Vec<&str> = self.above[start..].iter().map(String::as_str).chain([name]).collect();
            checker.fault(id.span, "a blueprint cannot be its own component").help = Some(way.join(" → "));
            return Err(checker.problems);
        }
        if self.left == 0 {
            checker.fault(id.span, format!("the blueprint has more than {MAX_COMPONENTS} components"));
            return Err(checker.problems);
        }
        self.left -= 1;
        if let Some(folder) = (self.library)(&id.name)? {
            return self.read(folder);
        }
        let names = super::catalogue::component_names();
        let near = nearest(&id.name, names.iter().map(String::as_str));
        let help = near.map_or_else(
            || "components are bundled, or lie in `blueprints/` of the repository".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        checker.fault(id.span, format!("there is no blueprint `{}`", id.name)).help = Some(help);
        Err(checker.problems)
    }
}

/// Follows every reference of a blueprint whose components are known.
struct Checker<'a> {
    blueprint: &'a Blueprint,
    file: RepoPath,
    problems: Problems,
}

impl<'a> Checker<'a> {
    fn of(blueprint: &'a Blueprint) -> Self {
        let file = blueprint.folder.place(&Manifest::path());
        let mut problems = Problems::new();
        if let Some(text) = blueprint.folder.text(&Manifest::path()) {
            problems.add_source(&file, text);
        }
        Self { blueprint, file, problems }
    }

    fn fault(&mut self, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let label = Label::new(&self.file, span, "");
        let all = &mut self.problems.diagnostics;
        let index = all.len();
        all.push(Diagnostic::new("blueprint/manifest", Severity::Error, message, label));
        &mut all[index]
    }

    fn check(mut self) -> Problems {
        let blueprint = self.blueprint;
        let manifest = &blueprint.manifest;
        for store in manifest.secret_sets.iter().filter_map(|(_, set)| set.store.as_ref()) {
            self.find(Kind::Store, store);
        }
        for (id, secret) in &manifest.secrets {
            match &secret.set {
                Some(set) => {
                    self.find(Kind::SecretSet, set);
                }
                None if reference::only_set(blueprint).is_none() => {
                    let count = reference::ids(blueprint, Kind::SecretSet).len();
                    self.fault(id.span, format!("the secret `{}` must say its `set`: there are {count}", id.name));
                }
                None => {}
            }
            for consumer in &secret.to {
                match consumer {
                    Consumer::Value { release, .. } | Consumer::Release(release) => {
                        self.find(Kind::Release, release);
                    }
                    Consumer::Manifest(file) => self.manifest(file),
                }
            }
        }
        for (release, _) in &manifest.values {
            self.find(Kind::Release, release);
        }
        for (number, (used, component)) in blueprint.uses().enumerate() {
            self.engines(used, component);
            self.handed(used, component);
            self.bound(number, used, component);
        }
        self.problems
    }

    fn find(&mut self, kind: Kind, id: &Id) -> Option<Found> {
        let found = reference::find(self.blueprint, kind, &id.name);
        if found.is_none() {
            let known = reference::known(self.blueprint, kind);
            let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
            self.unknown(kind.noun(), id, &names);
        }
        found
    }

    fn manifest(&mut self, id: &Id) {
        let blueprint = self.blueprint;
        let names: Vec<&str> = blueprint.manifest.manifests.iter().map(|manifest| manifest.file.as_str()).collect();
        if !names.contains(&id.name.as_str()) {
            self.unknown("manifest", id, &names);
        }
    }

    fn unknown(&mut self, what: &str, id: &Id, known: &[&str]) {
        let help = match nearest(&id.name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "none is declared".to_owned(),
            None => format!("declared here: {}", known.join(", ")),
        };
        self.fault(id.span, format!("there is no {what} `{}`", id.name)).help = Some(help);
    }

    fn engines(&mut self, used: &Use, component: &Blueprint) {
        for engine in &self.blueprint.manifest.engines {
            if !component.manifest.engines.contains(engine) {
                let message = format!("`{}` cannot be rendered for {}", used.component.name, engine.as_str());
                self.fault(used.component.span, message).help = Some("name fewer `engines`".to_owned());
            }
        }
    }

    /// What is handed down are parameters of the component.
    fn handed(&mut self, used: &Use, component: &Blueprint) {
        let own = component.manifest.parameters.iter().map(|parameter| parameter.id.name.as_str());
        let inner = component.manifest.uses.iter().map(|used| used.alias.name.as_str());
        let known: Vec<&str> = own.chain(inner).collect();
        for (id, _) in used.with.iter().chain(&used.defaults) {
            if known.contains(&id.name.as_str()) {
                continue;
            }
            let help = match nearest(&id.name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its parameters: {}", known.join(", ")),
            };
            let message = format!("`{}` has no parameter `{}`", used.component.name, id.name);
            self.fault(id.span, message).help = Some(help);
        }
    }

    fn bound(&mut self, number: usize, used: &Use, component: &Blueprint) {
        let needs = &component.manifest.needs;
        for (id, _) in used.bind.iter().filter(|(id, _)| !needs.iter().any(|(need, _)| need.name == id.name)) {
            let message = format!("`{}` has no need `{}`", used.component.name, id.name);
            let known: Vec<&str> = needs.iter().map(|(need, _)| need.name.as_str()).collect();
            self.fault(id.span, message).help = Some(format!("its needs: {}", known.join(", ")));
        }
        for (need, kind) in needs {
            let named = used.bind.iter().find(|(id, _)| id.name == need.name).map(|(_, target)| target.clone());
            let found = match &named {
                Some(target) => self.find(*kind, target),
                None => reference::find(self.blueprint, *kind, &need.name),
            };
            let span = named.as_ref().map_or(used.component.span, |target| target.span);
            match found {
                None if named.is_none() => {
                    let known = reference::known(self.blueprint, *kind);
                    let names: Vec<&str> = known.iter().map(|(name, _)| name.as_str()).collect();
                    let message = format!("`{}` needs a {} `{}`", used.component.name, kind.noun(), need.name);
                    self.fault(span, message).help = Some(match names.first() {
                        None => "none is declared".to_owned(),
                        Some(first) => {
                            format!("bind: {{{}: {first}}}; there is: {}", need.name, names.join(", "))
                        }
                    });
                }
                Some(Found::Object(target)) => self.above(number, &target.aliases, span),
                _ => {}
            }
        }
    }

    /// A component sees what stands above it.
    fn above(&mut self, number: usize, aliases: &[String], span: Span) {
        let Some(first) = aliases.first() else { return };
        let place = self.blueprint.manifest.uses.iter().position(|used| used.alias.name == *first);
        if place.is_some_and(|place| place >= number) {
            let message = format!("`{first}` stands below: a component is bound to what stands above it in `uses`");
            self.fault(span, message).help = Some(format!("move `{first}` up"));
        }
    }
}
