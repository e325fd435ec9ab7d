//! From parameters to Applications: the template, the patch, and what the controller adds.

use super::{
    Stop,
    generate::{Generation, Produced},
};
use crate::{
    gotemplate::Dict,
    text::SourceText,
    yaml::{Content, FileId, Origin, Stream, Value},
};

/// What Argo CD adds where a template has no finalizers and objects do not outlive their Application.
const FINALIZER: &str = "resources-finalizer.argocd.argoproj.io";

/// The Applications of what a generator gave.
pub(super) fn applications(
    set: &Value,
    generation: &Generation<'_>,
    produced: Vec<Produced<'_>>,
) -> Result<Vec<Value>, Stop> {
    let empty = Value::mapping();
    let base = set.pointer(&["spec", "template"]).unwrap_or(&empty);
    let mut found = Vec::new();
    for Produced { params, template } in produced {
        let template = template.map_or_else(|| base.clone(), |own| filled_up(own, base));
        for params in params {
            found.push(application(set, generation, &template, &params)?);
        }
    }
    Ok(found)
}

/// A generator's template: what it leaves empty comes from the template of the set.
fn filled_up(own: &Value, base: &Value) -> Value {
    match (&own.content, &base.content) {
        (Content::Mapping(entries), Content::Mapping(others)) => {
            let mut mapping = entries.clone();
            for (key, value) in others.iter() {
                let filled = mapping.get(key).map_or_else(|| value.clone(), |own| filled_up(own, value));
                mapping.insert(key.clone(), filled);
            }
            Value { content: Content::Mapping(mapping), origin: own.origin }
        }
        (Content::Sequence(items), _) if items.is_empty() => base.clone(),
        (Content::Scalar(scalar), _) if scalar.text.is_empty() || own.is_null() || own.as_bool() == Some(false) => {
            base.clone()
        }
        _ => own.clone(),
    }
}

fn application(set: &Value, generation: &Generation<'_>, template: &Value, params: &Dict) -> Result<Value, Stop> {
    let wrong = |(origin, message): (Origin, String)| Stop::Wrong(origin, message);
    // Without parameters the controller takes the template as it is.
    let filled = if params.is_empty() {
        template.clone()
    } else {
        generation.replacer.value(template, params).map_err(wrong)?
    };
    let part = |key: &str| filled.get(key).cloned().unwrap_or_else(Value::mapping);
    let mut metadata = part("metadata");
    let preserves = set.pointer(&["spec", "syncPolicy", "preserveResourcesOnDeletion"]).and_then(Value::as_bool);
    let has_finalizers = metadata.get("finalizers").and_then(Value::as_sequence).is_some_and(|list| !list.is_empty());
    if let Some(entries) = metadata.as_mapping_mut()
        && preserves != Some(true)
        && !has_finalizers
        && !params.is_empty()
    {
        let finalizers = Value::sequence(vec![Value::string(FINALIZER).at(set.origin)]).at(set.origin);
        entries.insert("finalizers".into(), finalizers);
    }
    let entries = [
        ("apiVersion".into(), Value::string("argoproj.io/v1alpha1").at(set.origin)),
        ("kind".into(), Value::string("Application").at(set.origin)),
        ("metadata".into(), metadata),
        ("spec".into(), part("spec")),
    ];
    let mut application = entries.into_iter().collect::<Value>().at(set.origin);
    if let Some(patch) = set.pointer(&["spec", "templatePatch"]) {
        let text = patch.as_scalar().map(|scalar| scalar.text.as_str()).unwrap_or_default();
        let text = generation.replacer.text(text, params).map_err(|message| wrong((patch.origin, message)))?;
        let patch = parsed(&text, patch.origin).map_err(|message| wrong((patch.origin, message)))?;
        application = patched(&application, patch);
    }
    settle(set, &mut application);
    Ok(application)
}

/// The Application lives beside its set, wherever the template says.
fn settle(set: &Value, application: &mut Value) {
    let namespace = set.pointer(&["metadata", "namespace"]).cloned();
    let Some(metadata) = application.get_mut("metadata").and_then(Value::as_mapping_mut) else { return };
    match namespace {
        Some(namespace) => {
            metadata.insert("namespace".into(), namespace);
        }
        None => {
            metadata.shift_remove("namespace");
        }
    }
}

/// Reads a filled patch; all of it stands where its template stands.
fn parsed(text: &str, origin: Origin) -> Result<Option<Value>, String> {
    let stream = Stream::parse(SourceText::new(text)).map_err(|error| format!("the patch is no YAML: {error}"))?;
    let Some(document) = stream.documents().next() else { return Ok(None) };
    let mut value = document.root().to_value(FileId(u32::MAX)).map_err(|error| error.to_string())?;
    if value.is_null() {
        return Ok(None);
    }
    if value.as_mapping().is_none() {
        return Err("the patch is no mapping".to_owned());
    }
    move_to(&mut value, origin);
    Ok(Some(value))
}

fn move_to(value: &mut Value, origin: Origin) {
    value.origin = origin;
    match &mut value.content {
        Content::Mapping(entries) => entries.values_mut().for_each(|value| move_to(value, origin)),
        Content::Sequence(items) => items.iter_mut().for_each(|item| move_to(item, origin)),
        Content::Scalar(_) => {}
    }
}

/// Lays a patch on an Application: mappings key by key, null takes away, lists are replaced, finalizers join. The project stays.
fn patched(application: &Value, patch: Option<Value>) -> Value {
    let Some(patch) = patch else { return application.clone() };
    let mut result = merged(application, &patch);
    let finalizers = |value: &Value| {
        value.pointer(&["metadata", "finalizers"]).and_then(Value::as_sequence).unwrap_or_default().to_vec()
    };
    let (old, new) = (finalizers(application), finalizers(&patch));
    if !new.is_empty()
        && let Some(metadata) = result.get_mut("metadata").and_then(Value::as_mapping_mut)
    {
        let kept = old.into_iter().filter(|old| !new.contains(old));
        metadata.insert("finalizers".into(), Value::sequence(kept.chain(new.clone()).collect()).at(patch.origin));
    }
    if let (Some(project), Some(spec)) =
        (application.pointer(&["spec", "project"]), result.get_mut("spec").and_then(Value::as_mapping_mut))
    {
        spec.insert("project".into(), project.clone());
    }
    result
}

fn merged(base: &Value, patch: &Value) -> Value {
    let (Content::Mapping(old), Content::Mapping(new)) = (&base.content, &patch.content) else { return patch.clone() };
    let mut mapping = old.clone();
    for (key, value) in new.iter() {
        if value.is_null() {
            mapping.shift_remove(key);
        } else {
            let laid = mapping.get(key).map_or_else(|| value.clone(), |old| merged(old, value));
            mapping.insert(key.clone(), laid);
        }
    }
    Value { content: Content::Mapping(mapping), origin: base.origin }
}
