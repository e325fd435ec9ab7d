//! `patches`, `patchesStrategicMerge` and `patchesJson6902`.
//!
//! Owns which objects a patch meets and what of them survives it. Must not know how patches are merged.

use super::{
    Result,
    patch_source::{PatchSource, PatchText},
    record,
};
use crate::{
    diagnostic::Label,
    kustomize::{
        accumulate::Accumulation,
        context::{Schema, UseOfBuiltIn},
        kustomization::{Inline, Patch, Target},
        merge_keys::MergeKeys,
        patch::{
            Allow, apply_json, apply_strategic,
            json6902::Operation,
            marked_keys::has_marked,
            strategic::{MergeError, Merged},
        },
        problem::{Problem, ProblemKind},
        resource::{Resource, is_empty},
        selector::{Candidate, Selector},
        spot::Spot,
    },
    text::{Span, nearest},
    yaml::{ExpandError, Origin, Value},
};

/// Runs `patchesStrategicMerge`: each entry is a patch, or the path of one.
pub(in super::super) fn strategic_merge(accumulation: &mut Accumulation<'_>, entries: &[Inline]) -> Result {
    let mut is_empty = true;
    for entry in entries {
        let objects = PatchText::inline(accumulation, entry).and_then(|text| text.objects());
        let objects = objects.or_else(|problem| match PatchText::load(accumulation, &entry.text) {
            Ok(text) => text.objects(),
            Err(_) if entry.text.as_str().contains('\n') => Err(problem),
            Err(missing) => Err(missing),
        });
        is_empty &= objects.as_ref().is_ok_and(Vec::is_empty);
        let result = objects.and_then(|objects| merge_by_id(accumulation, &objects, Allow::default(), entry.text.spot));
        accumulation.tolerate(result)?;
        accumulation.work.set.drop_empty();
    }
    match entries.first() {
        Some(entry) if is_empty => {
            let problem = bad(accumulation, entry.text.spot, "patch appears to be empty");
            accumulation.tolerate(Err(problem))
        }
        _ => Ok(()),
    }
}

/// Runs `patches`.
pub(in super::super) fn patches(accumulation: &mut Accumulation<'_>, entries: &[Patch]) -> Result {
    for entry in entries {
        let result = patch(accumulation, entry);
        accumulation.tolerate(result)?;
        record(accumulation, "PatchTransformer");
    }
    accumulation.work.set.drop_empty();
    Ok(())
}

/// Runs `patchesJson6902`.
pub(in super::super) fn json6902(accumulation: &mut Accumulation<'_>, entries: &[Patch]) -> Result {
    for entry in entries {
        let result = json_patch(accumulation, entry);
        accumulation.tolerate(result)?;
        record(accumulation, "PatchJson6902Transformer");
    }
    Ok(())
}

fn bad(accumulation: &Accumulation<'_>, spot: Spot, message: impl Into<String>) -> Box<Problem> {
    Problem::new(ProblemKind::PatchFails, accumulation.label(spot, ""), message)
}

fn load<'a>(accumulation: &Accumulation<'_>, entry: &'a Patch) -> std::result::Result<PatchText<'a>, Box<Problem>> {
    let inline = entry.inline.as_ref().filter(|inline| !inline.text.as_str().trim().is_empty());
    match (inline, &entry.path) {
        (Some(_), Some(path)) => Err(bad(accumulation, path.spot, "`patch` and `path` can't be set at the same time")),
        (None, None) => Err(bad(accumulation, entry.spot, "must specify one of `patch` and `path`")),
        (Some(inline), None) => PatchText::inline(accumulation, inline),
        (None, Some(path)) => PatchText::load(accumulation, path),
    }
}

/// Runs one entry of `patches`.
pub(in super::super) fn patch(accumulation: &mut Accumulation<'_>, entry: &Patch) -> Result {
    let source = load(accumulation, entry)?.read(accumulation)?;
    let allow = Allow { name_change: entry.allow_name_change, kind_change: entry.allow_kind_change };
    match (source, &entry.target) {
        (PatchSource::Strategic(objects), None) => merge_by_id(accumulation, &objects, allow, entry.spot),
        (PatchSource::Strategic(objects), Some(target)) => match objects.as_slice() {
            [object] => merge_by_target(accumulation, object, target, allow),
            _ => Err(bad(accumulation, entry.spot, "several patches in one entry of `patches` cannot share a target")),
        },
        (PatchSource::Operations(operations), Some(target)) => operate(accumulation, &operations, target, true),
        (PatchSource::Operations(_), None) => {
            Err(bad(accumulation, entry.spot, "must specify a target for a JSON patch"))
        }
        (PatchSource::Empty, Some(_)) => Ok(()),
        (PatchSource::Empty, None) => Err(bad(accumulation, entry.spot, "the patch is empty")),
    }
}

/// Runs one entry of `patchesJson6902`.
pub(in super::super) fn json_patch(accumulation: &mut Accumulation<'_>, entry: &Patch) -> Result {
    let Some(target) = entry.target.as_ref().filter(|target| !target.name.is_empty()) else {
        return Err(bad(accumulation, entry.spot, "must specify the target name"));
    };
    let operations = load(accumulation, entry)?.operations()?;
    operate(accumulation, &operations, target, false)
}

/// Merges each patch into the one object that it names.
fn merge_by_id(accumulation: &mut Accumulation<'_>, patches: &[Resource], allow: Allow, spot: Spot) -> Result {
    for patch in patches {
        accumulation.charge(spot, patch.value().weight())?;
        match *accumulation.work.set.find(patch.id()).as_slice() {
            [position] => merge(accumulation, position, patch.value(), allow)?,
            [] => return Err(without_target(accumulation, patch, spot)),
            _ => {
                let message = format!("multiple matches for Id {}; failed to find unique target for patch", patch.id());
                return Err(Problem::new(ProblemKind::PatchFails, place(accumulation, patch.value()), message));
            }
        }
    }
    Ok(())
}

fn place(accumulation: &Accumulation<'_>, value: &Value) -> Label {
    accumulation.written_at(value.origin, "")
}

fn without_target(accumulation: &Accumulation<'_>, patch: &Resource, spot: Spot) -> Box<Problem> {
    let id = patch.id();
    let message = format!("no matches for Id {id}; failed to find unique target for patch {id}");
    let problem = Problem::new(ProblemKind::PatchWithoutTarget, place(accumulation, patch.value()), message);
    let problem = problem.related(accumulation.label(spot, "the patch is listed here"));
    let same_kind = accumulation.work.set.iter().filter(|resource| resource.id().gvk.kind == id.gvk.kind);
    let named: Vec<&Resource> = same_kind.collect();
    if let Some(other) = named.iter().find(|other| other.id().name == id.name && other.id().gvk == id.gvk) {
        let namespace = other.id().effective_namespace();
        return problem.help(format!("there is one in the namespace `{namespace}`: name it in the patch"));
    }
    if let Some(other) = named.iter().find(|other| other.id().name == id.name) {
        let (group, version) = (&other.id().gvk.group, &other.id().gvk.version);
        return problem.help(format!("there is one with the apiVersion `{group}/{version}`"));
    }
    match nearest(&id.name, named.iter().map(|resource| resource.id().name.as_str())) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// Merges one patch into every object that a target selects. The type of the patch is then that of the object.
fn merge_by_target(accumulation: &mut Accumulation<'_>, patch: &Resource, target: &Target, allow: Allow) -> Result {
    let selected = select(accumulation, target)?;
    accumulation.charge(target.spot, patch.value().weight().saturating_mul(selected.len()))?;
    for position in selected {
        let Some(api_version) =
            accumulation.work.set.get(position).and_then(|resource| resource.value().get("apiVersion")).cloned()
        else {
            continue;
        };
        let mut patch = patch.value().clone();
        if let Some(mapping) = patch.as_mapping_mut() {
            mapping.insert("apiVersion".into(), api_version);
        }
        merge(accumulation, position, &patch, allow)?;
    }
    if !allow.name_change && !allow.kind_change {
        return Ok(());
    }
    let Some((_, second)) = accumulation.work.set.duplicate() else { return Ok(()) };
    let id = accumulation.work.set.get(second).map(|resource| resource.id().to_string()).unwrap_or_default();
    let message = format!("may not add resource with an already registered id: {id}");
    Err(Problem::new(ProblemKind::DuplicateId, accumulation.label(target.spot, ""), message))
}

/// The objects that a target selects, in order.
pub(in super::super) fn select(
    accumulation: &Accumulation<'_>,
    target: &Target,
) -> std::result::Result<Vec<usize>, Box<Problem>> {
    let selector = Selector::new(&target.fields())
        .map_err(|error| bad(accumulation, target.spot, format!("bad target: {error}")))?;
    let set = &accumulation.work.set;
    let selects = |&position: &usize| {
        set.get(position).is_some_and(|resource| !resource.is_empty() && selects(&selector, resource))
    };
    Ok(match selector.exact_name() {
        Some(name) => set.named(name).filter(selects).collect(),
        None => (0..set.len()).filter(selects).collect(),
    })
}

fn selects(selector: &Selector, resource: &Resource) -> bool {
    let id = resource.id();
    selector.selects(&Candidate {
        group: &id.gvk.group,
        version: &id.gvk.version,
        kind: &id.gvk.kind,
        names: &[resource.original_name(), &id.name],
        namespaces: &[resource.original_namespace(), id.effective_namespace()],
        object: resource.value(),
    })
}

/// Merges a patch into one object. Name, kind and namespace stay, unless the patch may change them.
fn merge(accumulation: &mut Accumulation<'_>, position: usize, patch: &Value, allow: Allow) -> Result {
    let work = &mut *accumulation.work;
    if work.schema.is_none() {
        work.use_of_built_in = UseOfBuiltIn::Merged;
    }
    let keys = work.schema.as_ref().map_or(MergeKeys::built_in(), Schema::keys);
    let result = work.set.change(position, |resource| {
        if allow.name_change || allow.kind_change {
            resource.remember_id();
        }
        resource.change(|object| -> std::result::Result<(), MergeError> {
            if apply_strategic(object, patch, keys, allow)? == Merged::Removed {
                *object = Value::null();
            }
            Ok(())
        })
    });
    let Some(Err(error)) = result else { return Ok(()) };
    let label = |origin: Origin, message| accumulation.written_at(origin, message);
    let place = if error.patch.is_some() { error.patch } else { patch.origin };
    let problem = Problem::new(ProblemKind::PatchFails, label(place, ""), error.to_string());
    Err(if error.target.is_some() { problem.related(label(error.target, "the object has this")) } else { problem })
}

/// Applies the operations of a JSON patch to every object that a target selects.
fn operate(accumulation: &mut Accumulation<'_>, operations: &[Operation], target: &Target, remember: bool) -> Result {
    let selected = select(accumulation, target)?;
    let added = operations.iter().filter_map(|operation| operation.value.as_ref()).map(Value::weight).sum::<usize>();
    accumulation.charge(target.spot, added.saturating_mul(selected.len()))?;
    let copies = operations.iter().any(|operation| operation.op == "copy");
    for position in selected {
        refuse_odd_key(accumulation, position)?;
        let result = accumulation.work.set.change(position, |resource| {
            if remember {
                resource.remember_id();
            }
            let is_noted = resource.has_build_annotations();
            resource.change(|object| with_annotations(object, is_noted, |object| apply_json(object, operations)))
        });
        if let Some(Err(error)) = result {
            let label = accumulation.written_at(error.origin, "");
            let id = accumulation.work.set.get(position).map(|resource| resource.id().to_string()).unwrap_or_default();
            let problem = Problem::new(ProblemKind::PatchFails, label, format!("{error} (in {id})"));
            return Err(problem.related(accumulation.label(target.spot, "selected here")));
        }
        if copies {
            let weight = accumulation.work.set.get(position).map_or(0, |resource| resource.value().weight());
            accumulation.charge(target.spot, weight)?;
        }
    }
    Ok(())
}

/// JSON, as which a JSON patch sees an object, has no keys but strings.
fn refuse_odd_key(accumulation: &Accumulation<'_>, position: usize) -> Result {
    let resource = accumulation.work.set.get(position).filter(|resource| resource.odd_key.is_some());
    let resource = resource.filter(|resource| has_marked(resource.value()));
    let Some(spot) = resource.and_then(|resource| resource.odd_key) else { return Ok(()) };
    let message = ExpandError::KeyNotString(Span::at(0)).to_string();
    Err(Problem::new(ProblemKind::UnparsableFile, accumulation.label(spot, ""), message))
}

/// Runs a change of an object that kustomize has noted something on: it has annotations then, into which a JSON patch can put more.
fn with_annotations<T>(object: &mut Value, is_noted: bool, change: impl FnOnce(&mut Value) -> T) -> T {
    let metadata = object.get_mut("metadata").and_then(Value::as_mapping_mut);
    let missing = metadata.filter(|metadata| is_noted && metadata.get("annotations").is_none_or(Value::is_null));
    let Some(metadata) = missing else { return change(object) };
    metadata.insert("annotations".into(), Value::mapping());
    let result = change(object);
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_mapping_mut)
        && metadata.get("annotations").is_some_and(is_empty)
    {
        metadata.shift_remove("annotations");
    }
    result
}
