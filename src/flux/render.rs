//! What a Flux Kustomization applies, as kustomize-controller makes it: kustomization → build → decryption → substitution → common metadata.
//!
//! Owns the order of these steps. From `build` and `apply` in kustomize-controller. Must not know other Kustomizations. The labels that name the owner are left
//! out: every object has them.

use std::{borrow::Cow, cell::Cell, collections::BTreeSet, sync::Arc};

use super::{
    FluxKustomization, FluxOptions, Lookup, SourceIgnore,
    artifact::{Whence, whence_in},
    decrypt::{self, Encryption},
    generate::{RemoteComponent, generate_without, merge},
    post_build::{LoadFault, Placed, Variables},
    substitute::{self, Fault, Found, SubstituteError},
};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    kustomize::{INFLATED_BY_HELM, RUNS_A_PROGRAM, Session, UnknownFields, is_kustomization_name},
    manifest::{NotRendered, ObjectId, Rendered, RenderedObject},
    source::EntryKind,
    text::Span,
    yaml::{Content, Document, FileId, Mapping, Origin, Value},
};

const PLUGINS_OFF: &str = "flux/plugins-off";
const BUILD_FAILS: &str = "flux/build-fails";
const PATH_MISSING: &str = "flux/path-missing";
const COMPONENT: &str = "flux/component-not-local";
const UNSET: &str = "flux/unset-variable";
const MALFORMED: &str = "flux/bad-substitution";
const SUBSTITUTION_FAILS: &str = "flux/substitution-fails";
const NOT_DECRYPTED: &str = "flux/not-decrypted";
const LEFT_OUT: &str = "flux/left-out-of-artifact";

/// Renders what a Flux Kustomization applies. `lookup` answers for the cluster that it applies to. Where the controller would apply nothing, there are no objects
/// but a problem that says why.
pub fn render(session: &Session, flux: &FluxKustomization, lookup: &dyn Lookup, options: &FluxOptions) -> Rendered {
    let source = flux
        .source
        .as_ref()
        .and_then(|source| lookup.source(source, source.namespace.as_deref().unwrap_or(flux.namespace())));
    let copied = match whence_in(flux, source.as_ref(), lookup) {
        Whence::Itself => None,
        Whence::Copy(path) => Some(FluxKustomization { path, ..flux.clone() }),
        Whence::Elsewhere(reason) => {
            let renderer = Renderer { session, flux, options };
            let not_rendered = renderer.not_rendered(flux.path_origin, format!("`{}`", flux.path), reason.into());
            return Rendered { not_rendered: vec![not_rendered], ..Rendered::default() };
        }
    };
    let flux = copied.as_ref().unwrap_or(flux);
    let renderer = Renderer { session, flux, options };
    let ignored = SourceIgnore::new(session.view(), source.as_ref());
    let mut rendered = match renderer.build(&ignored) {
        Ok(rendered) => rendered,
        Err(problem) => return Rendered { problems: vec![*problem], ..Rendered::default() },
    };
    if let Err(problem) = renderer.finish(&mut rendered, lookup) {
        rendered.objects.clear();
        rendered.problems.push(*problem);
    }
    renderer.find_left_out(&ignored, &mut rendered);
    rendered.not_rendered.sort();
    rendered.not_rendered.dedup();
    rendered.problems.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    rendered
}

struct Renderer<'a> {
    session: &'a Session,
    flux: &'a FluxKustomization,
    options: &'a FluxOptions,
}

type Step<T> = Result<T, Box<Diagnostic>>;

impl Renderer<'_> {
    fn build(&self, ignored: &SourceIgnore<'_>) -> Step<Rendered> {
        let (flux, session) = (self.flux, self.session);
        let own = self.own_kustomization()?;
        let is_generated = own.is_none();
        let mut kustomization = match own {
            Some(own) => own,
            None => generate_without(ignored, session.view(), &flux.path, is_kustomization_name)
                .map_err(|error| self.problem(BUILD_FAILS, flux.path_origin, error.to_string()))?
                .kustomization(&flux.path, flux.path_origin),
        };
        let exists = |path: &str| {
            let path = flux.path.join(path).ok();
            path.is_some_and(|path| matches!(session.view().resolve(&path), Ok(Some(_))))
        };
        merge(&mut kustomization, is_generated, flux, self.options, exists).map_err(
            |RemoteComponent { path, origin }| {
                self.problem(COMPONENT, origin, format!("the component `{path}` must be a relative path in the source"))
            },
        )?;
        let build = session
            .build_as(&flux.path, &kustomization, kustomization.origin.file, UnknownFields::Drop)
            .map_err(|error| Box::new(error.problem().diagnostic()))?;
        let rendered = session.rendered(&build);
        let mut left_out = rendered.not_rendered.iter();
        match left_out.find(|one| one.reason == INFLATED_BY_HELM || one.reason == RUNS_A_PROGRAM) {
            Some(NotRendered { place, what, .. }) => {
                let message = format!("{what}: the controller builds without plugins and without Helm");
                let problem = Diagnostic::new(PLUGINS_OFF, Severity::Error, message, place.clone());
                Err(Box::new(problem.with_label_at(self, flux.path_origin, "applied from here")))
            }
            None => Ok(rendered),
        }
    }

    /// What the kustomization file of the directory says. The controller reads it less strictly than kustomize: unknown fields are dropped, and it may be empty.
    fn own_kustomization(&self) -> Step<Option<Value>> {
        let (session, path) = (self.session, &self.flux.path);
        if !matches!(session.view().resolve(path), Ok(Some(found)) if found.kind == EntryKind::Directory) {
            let message = format!("the directory `{path}` does not exist in the source");
            return Err(self.problem(PATH_MISSING, self.flux.path_origin, message));
        }
        let children = session.view().children(path).unwrap_or_default();
        let mut found = children.iter().filter(|child| is_kustomization_name(child.path.file_name()));
        let (one, another) = (found.next(), found.next());
        let file = one.filter(|_| another.is_none()).and_then(|one| session.file(&one.path).ok().flatten());
        let Some(file) = file else {
            return session.kustomization_value(path).map_err(|error| Box::new(error.problem().diagnostic()));
        };
        let stream = file.stream().map_err(|problem| Box::new(problem.diagnostic()))?;
        let root = stream.documents().next().map(Document::root);
        let place = Origin { file: file.id(), offset: root.map_or(0, |root| root.span().start) };
        let value = root.map(|root| root.to_value(file.id())).transpose();
        let value = value.map_err(|error| self.problem(BUILD_FAILS, place, error.to_string()))?;
        Ok(Some(value.filter(|value| !value.is_null()).unwrap_or_else(|| Value::mapping().at(place))))
    }

    /// Decrypts, substitutes, and adds the common metadata.
    fn finish(&self, rendered: &mut Rendered, lookup: &dyn Lookup) -> Step<()> {
        let fault = |LoadFault { kind, message, origin, help }| {
            let problem = self.problem(kind.id(), origin, message);
            Box::new(match help {
                Some(help) => problem.with_help(help),
                None => *problem,
            })
        };
        let variables = Variables::load(self.flux, lookup, self.options).map_err(fault)?;
        let metadata = self.flux.spec.get("commonMetadata");
        let mut not_rendered = Vec::new();
        // The controller stops at the first; whoever mends them wants to know them all.
        let mut faults = Vec::new();
        for object in &mut rendered.objects {
            if object.id.name.is_empty() {
                let message = format!("the controller wants a name for every object; this {} has none", object.id.kind);
                return Err(self.problem(BUILD_FAILS, object.origin(), message));
            }
            self.decrypt(object, &mut not_rendered, &mut rendered.problems);
            if let Some(Err(fault)) = variables.as_ref().map(|variables| self.substitute(object, variables)) {
                faults.push(*fault);
                continue;
            }
            if let Some(metadata) = metadata {
                add_metadata(Arc::make_mut(&mut object.value), metadata);
            }
        }
        for Placed { name, reason, origin } in variables.map(Variables::placed).unwrap_or_default() {
            not_rendered.push(self.not_rendered(origin, format!("variable `{name}`"), reason.into()));
        }
        rendered.not_rendered.extend(not_rendered);
        if !faults.is_empty() {
            rendered.objects.clear();
            rendered.problems.extend(faults);
        }
        Ok(())
    }

    fn decrypt(
        &self,
        object: &mut RenderedObject,
        not_rendered: &mut Vec<NotRendered>,
        problems: &mut Vec<Diagnostic>,
    ) {
        let encryption = decrypt::encryption(&object.value);
        if encryption == Encryption::None {
            return;
        }
        let sops = self.flux.decryption.as_ref().is_some_and(|decryption| decryption.provider == "sops");
        // Made to be decrypted in the cluster, by an operator.
        if !sops && object.id.kind == "SopsSecret" {
            return;
        }
        if !sops || decrypt::is_disabled(&object.value) {
            let message = format!("{} is encrypted with SOPS, and nothing decrypts it", object.id);
            let help = format!("give the Flux Kustomization `{}` a `spec.decryption`", self.flux.id.name);
            let problem = self.problem(NOT_DECRYPTED, object.origin(), message).with_help(help);
            problems.push(problem.with_label_at(self, self.flux.path_origin, "applied from here"));
        }
        // Without a key or without a right to it: the ciphertext is of no use to anybody.
        let closed = decrypt::close(Arc::make_mut(&mut object.value), encryption);
        let what = match closed {
            1 => format!("1 encrypted value of {}", object.id),
            closed => format!("{closed} encrypted values of {}", object.id),
        };
        not_rendered.push(self.not_rendered(
            object.origin(),
            what,
            "SOPS keeps them, and nothing here has the key".into(),
        ));
    }

    fn substitute(&self, object: &mut RenderedObject, variables: &Variables) -> Step<()> {
        let stands_in = Cell::new(false);
        let find = |name: &str| {
            let found = variables.find(name);
            stands_in.set(stands_in.get() || matches!(found, Found::Placeholder(_)));
            found
        };
        let substituted = loop {
            match substitute::substitute(&object.value, self.options.is_strict(), &find) {
                Err(SubstituteError::Text { fault: Fault::Unset(name), .. }) if variables.assume(&name) => {}
                result => break result,
            }
        };
        // What stands for a value that nobody knows need not fit where that does: defaults may.
        let substituted = match substituted {
            Err(SubstituteError::NotYaml(_) | SubstituteError::NotAnObject) if stands_in.get() => {
                let known = |name: &str| match variables.find(name) {
                    Found::Placeholder(_) => Found::Unset,
                    found => found,
                };
                substitute::substitute(&object.value, false, &known).or(Ok(None))
            }
            substituted => substituted,
        };
        match substituted {
            Ok(None) => Ok(()),
            Ok(Some(value)) => {
                let Some(id) = ObjectId::of_value(&value).filter(|id| !id.name.is_empty()) else {
                    let message = format!("{} has no apiVersion, kind or name after substitution", object.id);
                    return Err(self.problem(SUBSTITUTION_FAILS, object.origin(), message));
                };
                (object.id, object.value) = (id, Arc::new(value));
                Ok(())
            }
            Err(error) => Err(self.substitution_problem(object, &error, variables)),
        }
    }

    fn substitution_problem(
        &self,
        object: &RenderedObject,
        error: &SubstituteError,
        variables: &Variables,
    ) -> Box<Diagnostic> {
        let SubstituteError::Text { fault, origin, start } = error else {
            let origin = if let SubstituteError::Unprintable(error) = error { error.origin } else { object.origin() };
            return self.problem(SUBSTITUTION_FAILS, origin, format!("{} cannot be substituted: {error}", object.id));
        };
        let Fault::Unset(name) = fault else {
            let message = format!("{} cannot be substituted: `{start}…`: {fault}", object.id);
            let problem = self.problem_in(MALFORMED, *origin, start, message);
            return Box::new(problem.with_help("write `$${` where the text itself is meant"));
        };
        let message = format!("the variable `{name}` is not set, and `${{{name}}}` has no default");
        let problem = self.problem_in(UNSET, *origin, start, message);
        Box::new(match variables.nearest(name) {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem.with_help(format!("set it in `spec.postBuild`, give it a default `${{{name}:=…}}`, or write `$${{{name}}}` where the text itself is meant")),
        })
    }

    /// Files that the artifact does not have cannot be built from, although they lie here.
    fn find_left_out(&self, ignored: &SourceIgnore<'_>, rendered: &mut Rendered) {
        let mut files = BTreeSet::new();
        for object in &rendered.objects {
            collect_files(&object.value, &mut files);
        }
        for path in files.into_iter().filter_map(|file| self.session.path_of(file)) {
            let declares = self.session.path_of(self.flux.path_origin.file).as_ref() == Some(&path);
            if !declares && ignored.is_ignored(&path) {
                let message = format!("`{path}` is built from, but the source leaves it out of its artifact");
                let problem = Diagnostic::new(LEFT_OUT, Severity::Error, message, Label::file(&path, ""));
                let problem = problem.with_label_at(self, self.flux.path_origin, "applied from here");
                rendered.problems.push(problem.with_help("see `.sourceignore` and `spec.ignore` of the source"));
            }
        }
    }

    fn label(&self, origin: Origin, message: &str) -> Label {
        let place = self.session.label(origin, message).or_else(|| self.session.label(self.flux.path_origin, message));
        place.unwrap_or_else(|| Label::file(&self.flux.path, message))
    }

    fn problem(&self, rule: &'static str, origin: Origin, message: impl Into<String>) -> Box<Diagnostic> {
        let problem = Diagnostic::new(rule, Severity::Error, message, self.label(origin, ""));
        Box::new(problem.with_label_at(self, self.flux.path_origin, "applied from here"))
    }

    /// A problem with a `${…}` in a value, at the very place if the value's text has it.
    fn problem_in(&self, rule: &'static str, origin: Origin, start: &str, message: String) -> Diagnostic {
        let mut problem = *self.problem(rule, origin, message);
        let text = self.session.text_of(origin.file);
        let rest = text.as_ref().and_then(|text| text.as_str().get(origin.offset as usize..));
        // `${NAM` is not meant where `${NAME` stands.
        let ends = |rest: &str, at: usize| {
            let next = rest.get(at + start.len()..).and_then(|behind| behind.chars().next());
            !next.is_some_and(|next| next.is_alphanumeric() || next == '_')
        };
        let found = rest.and_then(|rest| rest.match_indices(start).map(|(at, _)| at).find(|&at| ends(rest, at)));
        if let Some(at) = found {
            let from = origin.offset as usize + at;
            problem.primary.span = Span::new(from, from + start.len());
        }
        problem
    }

    fn not_rendered(&self, origin: Origin, what: String, reason: Cow<'static, str>) -> NotRendered {
        NotRendered { place: self.label(origin, ""), what, reason }
    }
}

trait WithLabelAt {
    fn with_label_at(self, renderer: &Renderer<'_>, origin: Origin, message: &str) -> Self;
}

impl WithLabelAt for Diagnostic {
    /// Adds another place, unless it is the first one.
    fn with_label_at(self, renderer: &Renderer<'_>, origin: Origin, message: &str) -> Self {
        match renderer.session.label(origin, message) {
            Some(label) if (&label.path, label.span) != (&self.primary.path, self.primary.span) => {
                self.with_label(label)
            }
            _ => self,
        }
    }
}

/// Labels and annotations that every object gets, whatever it says itself.
pub(super) fn add_metadata(object: &mut Value, common: &Value) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut) else { return };
    for field in ["labels", "annotations"] {
        let Some(added) = common.get(field).filter(|added| added.as_mapping().is_some_and(|added| !added.is_empty()))
        else {
            continue;
        };
        let own = metadata.entry(field.into()).or_insert_with(|| Value::mapping().at(added.origin));
        if own.is_null() {
            *own = Value::mapping().at(added.origin);
        }
        if let (Content::Mapping(own), Some(added)) = (&mut own.content, added.as_mapping()) {
            let entries = added.iter().map(|(key, value)| (key.clone(), value.clone()));
            own.extend::<Mapping>(entries.collect());
        }
    }
}

fn collect_files(value: &Value, files: &mut BTreeSet<FileId>) {
    files.insert(value.origin.file);
    match &value.content {
        Content::Scalar(_) => {}
        Content::Sequence(items) => items.iter().for_each(|item| collect_files(item, files)),
        Content::Mapping(mapping) => mapping.values().for_each(|value| collect_files(value, files)),
    }
}
