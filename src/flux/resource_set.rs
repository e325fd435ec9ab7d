//! `ResourceSets`: templates of objects, once for each set of inputs.
//!
//! Owns how inputs come together and what becomes of templates. Facts from flux-operator. Must not know the language of templates, nor what the objects are.

mod inputs;

use std::{collections::HashSet, sync::Arc};

use smol_str::SmolStr;

use inputs::{Inputs, Unknown};

use super::{decrypt, group, render::add_metadata, substitute::take_origins};
use crate::{
    diagnostic::{Diagnostic, Label, Severity},
    gotemplate::{Data, Dict, MissingKey, Options, Template},
    kustomize::Session,
    manifest::{NotRendered, ObjectId, Rendered, RenderedObject},
    text::SourceText,
    yaml::{FileId, Origin, Stream, Value, print},
};

const FAILS: &str = "flux/resource-set-fails";

/// Whether an object is a ResourceSet.
pub fn is_resource_set(id: &ObjectId) -> bool {
    id.is(group::OPERATOR, "ResourceSet")
}

/// Makes the objects of a ResourceSet. `providers` are the `ResourceSetInputProviders` of its cluster; those whose inputs come from elsewhere are listed as not
/// rendered, and nothing is made of them.
pub fn expand_resource_set(session: &Session, set: &RenderedObject, providers: &[&RenderedObject]) -> Rendered {
    let mut expansion =
        Expansion { session, set, rendered: Rendered::default(), seen: HashSet::new(), ids: Vec::new() };
    if let Err(problem) = expansion.run(providers) {
        expansion.rendered.objects.clear();
        expansion.rendered.problems.push(*problem);
    }
    expansion.rendered
}

type Step<T> = Result<T, Box<Diagnostic>>;

struct Expansion<'a> {
    session: &'a Session,
    set: &'a RenderedObject,
    rendered: Rendered,
    seen: HashSet<ObjectId>,
    /// What stands for ids that nobody has offline, as long as no template has used them.
    ids: Vec<(String, Unknown)>,
}

impl Expansion<'_> {
    fn run(&mut self, providers: &[&RenderedObject]) -> Step<()> {
        let inputs = Inputs::of(self.set, providers).map_err(|(origin, message)| self.problem(origin, message))?;
        inputs.unknown.into_iter().for_each(|unknown| self.leave_out(unknown));
        self.ids = inputs.ids;
        // Without any inputs templates are made once, unless inputs were to come from somewhere.
        let sets = match inputs.sets {
            Some(sets) => sets.into_iter().map(Data::Map).collect(),
            None => vec![Data::Nil],
        };
        let set = Arc::clone(&self.set.value);
        let spec = set.get("spec");
        let steps = spec.and_then(|spec| spec.get("steps")).and_then(Value::as_sequence).unwrap_or_default();
        for part in spec.into_iter().chain(steps) {
            self.part(part, &sets)?;
        }
        if let Some(metadata) = spec.and_then(|spec| spec.get("commonMetadata")) {
            for object in &mut self.rendered.objects {
                add_metadata(Arc::make_mut(&mut object.value), metadata);
            }
        }
        Ok(())
    }

    fn leave_out(&mut self, Unknown { what, reason, origin }: Unknown) {
        self.rendered.not_rendered.push(NotRendered { place: self.label(origin), what, reason: reason.into() });
    }

    /// The `resources` and `resourcesTemplate` of the set or of a step.
    fn part(&mut self, part: &Value, sets: &[Data]) -> Step<()> {
        for resource in part.get("resources").and_then(Value::as_sequence).unwrap_or_default() {
            let mut text = String::new();
            print::kustomize::document(resource, &mut text)
                .map_err(|error| self.problem(error.origin, error.to_string()))?;
            self.template(&text, resource, sets)?;
        }
        if let Some(template) = part.get("resourcesTemplate")
            && let Some(scalar) = template.as_scalar()
        {
            self.template(&scalar.text, template, sets)?;
        }
        Ok(())
    }

    fn template(&mut self, text: &str, origin: &Value, sets: &[Data]) -> Step<()> {
        let options = Options::default().with_delimiters("<<", ">>").with_missing_key(MissingKey::Error);
        let template = Template::parse(&with_inputs(text), &options);
        for inputs in sets {
            let root: Dict = [("inputs".into(), inputs.clone())].into_iter().collect();
            let rendered = template.as_ref().map_err(Clone::clone).and_then(|one| one.render(&Data::Map(root)));
            match rendered {
                Ok(text) => {
                    let ids = std::mem::take(&mut self.ids).into_iter();
                    let (used, rest): (Vec<_>, Vec<_>) = ids.partition(|(id, _)| text.contains(id.as_str()));
                    self.ids = rest;
                    for (_, unknown) in used {
                        self.leave_out(unknown);
                    }
                    self.objects(text, origin)?;
                }
                Err(error) => return Err(self.problem(origin.origin, format!("the template fails: {error}"))),
            }
        }
        Ok(())
    }

    fn objects(&mut self, text: String, origin: &Value) -> Step<()> {
        let fault = |message: String| self.problem(origin.origin, format!("the template gives no YAML: {message}"));
        let stream = Stream::parse(SourceText::new(text)).map_err(|error| fault(error.message))?;
        let mut values = Vec::new();
        for document in stream.documents().filter(|document| !document.is_empty()) {
            values.push(document.root().to_value(FileId(u32::MAX)).map_err(|error| fault(error.to_string()))?);
        }
        for mut value in values {
            take_origins(&mut value, origin);
            let Some(id) = ObjectId::of_value(&value).filter(|id| !id.name.is_empty()) else {
                return Err(self.problem(origin.origin, "the template gives something that is no object".to_owned()));
            };
            let key = ObjectId { version: SmolStr::default(), ..id.clone() };
            if !is_disabled(&value) && self.seen.insert(key) {
                let path = self.session.path_of(value.origin.file).unwrap_or_else(|| self.set.path.clone());
                self.rendered.objects.push(RenderedObject { id, value: Arc::new(value), path, name_before_hash: None });
            }
        }
        Ok(())
    }

    fn label(&self, origin: Origin) -> Label {
        self.session.label(origin, "").unwrap_or_else(|| Label::file(&self.set.path, ""))
    }

    fn problem(&self, origin: Origin, message: String) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(FAILS, Severity::Error, message, self.label(origin)))
    }
}

fn is_disabled(object: &Value) -> bool {
    object.pointer(&["metadata", "annotations", "fluxcd.controlplane.io/reconcile"]).and_then(Value::as_str)
        == Some("disabled")
}

/// The template with the function `inputs` as a field of its data, and `slugify` with the length that the operator sets: both stand as names inside of actions.
fn with_inputs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<<") {
        let (before, action) = rest.split_at(at);
        out.push_str(before);
        let end = action.find(">>").map_or(action.len(), |end| end + 2);
        let (action, after) = action.split_at(end);
        rewrite_action(action, &mut out);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn rewrite_action(action: &str, out: &mut String) {
    let mut quote = None;
    let mut chars = action.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let is_name = |c: char| c.is_alphanumeric() || c == '_';
        match quote {
            Some(open) => {
                out.push(c);
                if c == '\\' && open != '`' {
                    out.extend(chars.next().map(|(_, c)| c));
                } else if c == open {
                    quote = None;
                }
            }
            None if is_name(c) && !is_name(before) && !matches!(before, '.' | '$') => {
                let word: &str = &action[at..];
                let word = &word[..word.find(|c| !is_name(c)).unwrap_or(word.len())];
                out.push_str(match word {
                    "inputs" => "$.inputs",
                    "slugify" => "slugify 63 true",
                    word => word,
                });
                for _ in word.chars().skip(1) {
                    chars.next();
                }
                before = 'a';
                continue;
            }
            None => {
                out.push(c);
                quote = matches!(c, '"' | '`' | '\'').then_some(c);
            }
        }
        before = c;
    }
}

/// The data of templates for a value: whole numbers and others, as Kubernetes reads JSON.
fn data(value: &Value) -> Data {
    use crate::yaml::{Content, Type, scalar};
    match &value.content {
        Content::Sequence(items) => Data::list(items.iter().map(data).collect()),
        Content::Mapping(mapping) => Data::Map(mapping.iter().map(|(key, value)| (key.clone(), data(value))).collect()),
        Content::Scalar(found) => match found.kind {
            Type::Null => Data::Nil,
            Type::Bool => Data::Bool(value.as_bool().unwrap_or_default()),
            Type::Int | Type::Float => {
                let whole = scalar::parse_int(&found.text).and_then(|number| i64::try_from(number).ok());
                let number =
                    || scalar::parse_float(&found.text).map_or_else(|| Data::string(found.text.clone()), Data::Float);
                whole.map_or_else(number, Data::Int64)
            }
            _ if decrypt::is_opaque(&found.text) => Data::string("<encrypted>"),
            _ => Data::string(found.text.clone()),
        },
    }
}
