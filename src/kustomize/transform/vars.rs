//! `vars`: `$(NAME)` in certain fields gives way to the value of a field of another object.
//!
//! A value in which a variable was replaced says that it was written where the variable is declared. Must not know which fields may hold variables.

use std::collections::BTreeMap;

use base64::Engine as _;
use smol_str::SmolStr;

use super::{
    Result,
    field::{self, FieldError},
};
use crate::{
    kustomize::{
        accumulate::{Accumulated, Accumulation},
        field_path,
        field_spec::{FieldSpec, Leaf},
        file::{File, Files},
        kustomization::{Target, replacement::Var},
        problem::{Problem, ProblemKind},
        resource::Resource,
        resource_set::ResourceSet,
        session::Session,
    },
    yaml::{Content, Origin, Scalar, Type, Value, scalar},
};

/// Declares the variables of a kustomization: ties each to the object that it takes its value from, as that is called now or was called before.
pub(in super::super) fn declare<'k>(
    accumulation: &mut Accumulation<'_>,
    vars: impl Iterator<Item = &'k Var> + Clone,
) -> Result {
    for var in vars.clone() {
        let result = tie(&accumulation.session.files, &mut accumulation.work.set, var);
        accumulation.tolerate(result)?;
    }
    for var in vars {
        let result = merge(&accumulation.session.files, accumulation.work, var.clone());
        accumulation.tolerate(result)?;
    }
    Ok(())
}

/// Adds a variable to those that are known; two of one name are refused.
pub(in super::super) fn merge(files: &Files, work: &mut Accumulated, var: Var) -> Result {
    if let Some(known) = work.vars.get(&var.name) {
        let problem = problem(files, &var, format!("var `{}` already encountered", var.name));
        let first = files.mark(known.spot, "the first one");
        return Err(problem.related(first).help("rename one of them; two bases cannot declare the same variable"));
    }
    work.vars.insert(var.name.clone(), var);
    Ok(())
}

fn problem(files: &Files, var: &Var, message: String) -> Box<Problem> {
    Problem::new(ProblemKind::VariableFails, files.mark(var.spot, ""), message)
}

fn tie(files: &Files, set: &mut ResourceSet, var: &Var) -> Result {
    let matches: Vec<usize> = set.named(&var.object.name).collect();
    let matches: Vec<usize> =
        matches.into_iter().filter(|&at| set.get(at).is_some_and(|resource| was(resource, &var.object))).collect();
    match *matches.as_slice() {
        [] => Ok(()),
        [position] => {
            set.change(position, |resource| resource.variables.push(var.name.clone()));
            Ok(())
        }
        _ => {
            let message =
                format!("found {} resId matches for var `{}` (unable to disambiguate)", matches.len(), var.name);
            Err(problem(files, var, message).help("set `namespace` in `objref`"))
        }
    }
}

/// Whether an object is or ever was exactly what a variable names; without a namespace any will do.
fn was(resource: &Resource, wanted: &Target) -> bool {
    let id = resource.id();
    let namespace_fits = |namespace: &str| wanted.namespace.is_empty() || wanted.namespace == namespace;
    let previous = resource.previous_ids().iter();
    wanted.group == id.gvk.group
        && wanted.version == id.gvk.version
        && previous
            .map(|id| (&id.kind, &id.name, id.namespace.as_str()))
            .chain([(&id.gvk.kind, &id.name, id.effective_namespace())])
            .any(|(kind, name, namespace)| *kind == wanted.kind && *name == wanted.name && namespace_fits(namespace))
}

/// Replaces the variables in all fields that the specs name.
pub(in super::super) fn apply(
    session: &Session,
    fallback: &File,
    set: &mut ResourceSet,
    vars: &BTreeMap<SmolStr, Var>,
    specs: &[FieldSpec],
    collect: &mut dyn FnMut(Box<Problem>) -> Result,
) -> Result {
    let mut values = Values::new();
    for var in vars.values() {
        match value_of(session, set, var) {
            Ok(value) => drop(values.insert(var.name.clone(), value)),
            Err(problem) => collect(problem)?,
        }
    }
    if values.is_empty() {
        return Ok(());
    }
    for position in 0..set.len() {
        let replace = |resource: &mut Resource| {
            let gvk = resource.id().gvk.clone();
            resource
                .change(|object| field::change(object, &gvk, specs, Leaf::Nothing, &mut |field| expand(field, &values)))
        };
        if let Some(Err(error)) = set.change(position, replace) {
            let id = set.get(position).map(|resource| resource.id().to_string()).unwrap_or_default();
            let label = session.files.label(error.origin, fallback, "");
            let message = format!("considering field `{}` of object {id}: {}", error.path, error.message);
            collect(Problem::new(ProblemKind::VariableFails, label, message))?;
        }
    }
    Ok(())
}

/// A value that can take the place of a variable.
struct Replacement {
    /// The value as it is where nothing stands around the variable; `None` for lists and mappings, which leave the variable as it is.
    whole: Option<Scalar>,
    /// Its text among other text.
    text: String,
    /// Where the variable is declared.
    origin: Origin,
}

type Values = BTreeMap<SmolStr, Replacement>;

fn value_of(session: &Session, set: &ResourceSet, var: &Var) -> std::result::Result<Replacement, Box<Problem>> {
    let source = set.iter().find(|resource| resource.variables.contains(&var.name)).ok_or_else(|| {
        let message = format!("var `{}` cannot be mapped to a field in the set of known resources", var.name);
        problem(&session.files, var, message)
            .help("`objref` must name apiVersion, kind and name exactly, without prefix, suffix and hash")
    })?;
    let parts = field_path::split_indices(field_path::split(&var.field_path));
    let found = field_path::look_up(source.value(), &parts).ok().flatten().and_then(primitive);
    let (whole, text) = found.ok_or_else(|| {
        let message = format!("field `{}` of var `{}` not found in corresponding resource", var.field_path, var.name);
        let problem = problem(&session.files, var, message);
        match session.label(source.provenance().origin(), "the object") {
            Some(label) => problem.related(label),
            None => problem,
        }
    })?;
    Ok(Replacement { whole, text, origin: var.spot.origin() })
}

/// What Go reads in a value, and how it writes that; `None` if it cannot read the number.
fn primitive(value: &Value) -> Option<(Option<Scalar>, String)> {
    let Content::Scalar(scalar) = &value.content else { return Some((None, String::new())) };
    let text = scalar.text.as_str();
    let (text, embedded) = match scalar.kind {
        Type::Int => {
            let text = text.parse::<i64>().ok()?.to_string();
            (text.clone(), text)
        }
        Type::Float => {
            let number: f64 = text.parse().ok().or_else(|| scalar::parse_float(text))?;
            (number.to_string(), go_float(number))
        }
        Type::Bool => {
            let text = text.to_ascii_lowercase();
            (text.clone(), text)
        }
        _ => {
            let whole = Scalar { text: scalar.text.clone(), kind: Type::String, quoted: false };
            return Some((Some(whole), text.to_owned()));
        }
    };
    let kind = if scalar.kind == Type::Float { scalar::resolve_plain(&text) } else { scalar.kind };
    Some((Some(Scalar { text: text.into(), kind, quoted: false }), embedded))
}

/// A float as Go's `%v` writes it: with an exponent of at least two digits if that is below -4 or above 5.
fn go_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    match scientific.split_once('e').map(|(mantissa, exponent)| (mantissa, exponent.parse::<i32>())) {
        Some((mantissa, Ok(exponent))) if !(-4..6).contains(&exponent) => {
            format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
        }
        _ => number.to_string(),
    }
}

/// Replaces the variables in a text, in the texts of a list, or in the texts of a mapping.
fn expand(field: &mut Value, values: &Values) -> std::result::Result<(), FieldError> {
    match &mut field.content {
        Content::Scalar(_) => expand_text(field, values),
        Content::Sequence(items) => {
            for item in items {
                if item.as_str().is_none() {
                    return Err(FieldError::new(item, "invalid value type expect a string"));
                }
                expand_text(item, values);
            }
        }
        Content::Mapping(mapping) => mapping.values_mut().for_each(|value| expand_text(value, values)),
    }
    Ok(())
}

fn expand_text(value: &mut Value, values: &Values) {
    let Some(text) = value.as_str().filter(|text| text.contains('$')) else { return };
    let (scalar, origin) = expanded(text, values);
    value.content = Content::Scalar(scalar);
    if let Some(origin) = origin {
        value.origin = origin;
    }
}

/// A text with its variables replaced, and where the last of them is declared. `$$` becomes `$`; what is not known stays.
fn expanded(text: &str, values: &Values) -> (Scalar, Option<Origin>) {
    let string = |text: SmolStr| Scalar { text, kind: Type::String, quoted: false };
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut origin = None;
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, dollar) = rest.split_at(at);
        out.extend_from_slice(before.as_bytes());
        let after = dollar.get(1..).unwrap_or_default();
        if let Some((name, behind)) = after.strip_prefix('(').and_then(|after| after.split_once(')')) {
            let value = values.get(name).filter(|value| value.whole.is_some());
            if let Some(value) = value {
                origin = Some(value.origin);
                // Nothing stands around it: it keeps its type.
                if let Some(whole) = value.whole.as_ref().filter(|_| text.len() == name.len() + 3) {
                    return (whole.clone(), origin);
                }
            }
            match value {
                Some(value) => out.extend_from_slice(value.text.as_bytes()),
                None => out.extend_from_slice(format!("$({name})").as_bytes()),
            }
            rest = behind;
            continue;
        }
        rest = push_unknown(after, &mut out);
    }
    out.extend_from_slice(rest.as_bytes());
    let text = String::from_utf8(out)
        .unwrap_or_else(|error| base64::engine::general_purpose::STANDARD.encode(error.as_bytes()));
    (string(text.into()), origin)
}

/// Copies a dollar that begins no variable and what follows it; gives the rest. Go takes the next byte for a character, which breaks characters of several
/// bytes: the text ends up as base64.
fn push_unknown<'t>(after: &'t str, out: &mut Vec<u8>) -> &'t str {
    out.push(b'$');
    let mut letters = after.chars();
    let Some(letter) = letters.next() else { return after };
    if letter != '$' {
        let mut buffer = [0; 4];
        if let Some((&first, others)) = letter.encode_utf8(&mut buffer).as_bytes().split_first() {
            out.extend_from_slice(char::from(first).encode_utf8(&mut [0; 4]).as_bytes());
            out.extend_from_slice(others);
        }
    }
    letters.as_str()
}
