//! Two views of one repository, of which only what may differ is rendered.
//!
//! Owns the search for that: what depends on the files that differ, then what depends on the objects that turn out to differ, until nothing more comes in. Where it
//! cannot be told, everything is rendered. Must not know how objects are compared.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use smol_str::SmolStr;

use super::{Options, Project, Read, Session};
use crate::{
    cluster::{self, Model, Survey, Touched, Unit, UnitId},
    config, flux,
    graph::produced,
    manifest::RenderedObject,
    path::RepoPath,
    source::{EntryKind, SourceError, SourceView, changed},
    yaml::Value,
};

/// So often may more come in; a change that spreads further concerns everything.
const MAX_ROUNDS: usize = 6;

/// What stands for the kind of ConfigMaps and Secrets, whoever makes them.
const DATA: &str = "data";

/// A view, and what is known about its clusters.
type Side<'s> = (&'s Arc<dyn SourceView>, cluster::Options);

/// What of two views is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What may differ: units that are surely the same in both are left out of both.
    Differing,
    /// Everything.
    All,
}

/// Opens two views. What is rendered is as if each view had been opened alone.
pub fn open_two(before: Side<'_>, after: Side<'_>, extent: Extent) -> Result<(Project, Project), SourceError> {
    let ((old_view, old_known), (new_view, new_known)) = (before, after);
    let files: BTreeSet<RepoPath> = changed(old_view.as_ref(), new_view.as_ref())?.into_iter().collect();
    // The new view often lies on the disk, where files are read faster than from Git.
    let session = Session::new(Arc::clone(new_view), Options::lenient());
    let new = Read::of(Arc::clone(new_view), session)?;
    let session = new.session.beside(Arc::clone(old_view), |path| !files.contains(path));
    let old = Read::of(Arc::clone(old_view), session)?;
    let is_local =
        extent == Extent::Differing && is_local(&files, [old_view.as_ref(), new_view.as_ref()], [&old, &new])?;
    let (old_model, new_model) = models((&old, &old_known), (&new, &new_known), is_local.then_some(files))?;
    Ok((old.with(old_model, &old_known), new.with(new_model, &new_known)))
}

/// What the clusters of two views are given, as far as it may differ because of these files; without them, everything.
fn models(
    (old, old_known): (&Read, &cluster::Options),
    (new, new_known): (&Read, &cluster::Options),
    files: Option<BTreeSet<RepoPath>>,
) -> Result<(Model, Model), SourceError> {
    let (old_ground, new_ground) = (old.ground(old_known), new.ground(new_known));
    let (old_charts, new_charts) = (old.charts(old_known), new.charts(new_known));
    let (old, new) = rayon::join(
        || Survey::of(&old.session, &old_ground, &old_charts, old_known),
        || Survey::of(&new.session, &new_ground, &new_charts, new_known),
    );
    let (mut old, mut new) = (old?, new?);
    let mut both = |touched: Option<&Touched>| rayon::join(|| old.model(touched), || new.model(touched));
    let mut touched = files.map(|files| Touched { files, ..Touched::default() });
    for _ in 0..MAX_ROUNDS {
        let Some(known) = touched else { break };
        let (before, after) = both(Some(&known));
        touched = spread(&known, &before, &after);
        if touched.as_ref() == Some(&known) {
            return Ok((before, after));
        }
    }
    Ok(both(None))
}

/// Whether what files do can be told from who names them: none is a link, says what a source leaves out, configures this program, or belongs to a chart.
fn is_local(files: &BTreeSet<RepoPath>, views: [&dyn SourceView; 2], reads: [&Read; 2]) -> Result<bool, SourceError> {
    for path in files {
        for view in views {
            let is_plain = matches!(view.kind(path)?, None | Some(EntryKind::File | EntryKind::Executable));
            let is_special = path.as_str() == config::FILE
                || matches!(path.file_name(), ".sourceignore" | ".krmignore" | "Chart.yaml");
            if !is_plain || is_special {
                return Ok(false);
            }
        }
        let mut above = path.parent();
        while let Some(directory) = above {
            let chart = directory.join("Chart.yaml").ok();
            if chart.is_some_and(|chart| reads.iter().any(|read| read.by_path.contains_key(&chart))) {
                return Ok(false);
            }
            above = directory.parent();
        }
    }
    Ok(true)
}

/// What is touched along with what is known to be; `None` if that is everything.
fn spread(touched: &Touched, old: &Model, new: &Model) -> Option<Touched> {
    let mut spread = touched.clone();
    let (before, after) = (Units::of(old), Units::of(new));
    spread.units.extend(before.unlike(&after));
    spread.units.extend(after.unlike(&before));
    for model in [old, new] {
        spread.wanted.extend(model.wanted().iter().cloned());
        spread.wanted.extend(awaited(model));
    }
    let (old, new) = (Shared::of(old), Shared::of(new));
    for key in old.0.keys().chain(new.0.keys()) {
        if old.0.get(key) != new.0.get(key) {
            // What a source brings is everywhere.
            if matches!(
                key.kind.as_str(),
                "GitRepository" | "OCIRepository" | "Bucket" | "ExternalArtifact" | "ArtifactGenerator"
            ) {
                return None;
            }
            spread.names.insert(key.name.clone());
            // Who else holds something of this name may come first.
            let kinds: &[&str] = if key.kind == DATA { &["ConfigMap", "Secret"] } else { &[key.kind.as_str()] };
            spread.wanted.extend(kinds.iter().map(|kind| ((*kind).into(), key.name.clone())));
        }
    }
    Some(spread)
}

/// The HelmReleases that others wait for, which may stand anywhere.
fn awaited(model: &Model) -> impl Iterator<Item = (SmolStr, SmolStr)> + '_ {
    let releases = model.objects.iter().filter(|object| flux::helm_release::is_helm_release(&object.id));
    let awaited = releases.flat_map(|object| flux::helm_release::depends_on(&object.id, &object.value));
    awaited.map(|one| ("HelmRelease".into(), one.name))
}

/// The units of a model, by cluster, name and directories: several that belong to no cluster may be called the same.
struct Units<'m>(BTreeMap<(Option<&'m RepoPath>, &'m UnitId, &'m [RepoPath]), &'m Unit>);

impl<'m> Units<'m> {
    fn of(model: &'m Model) -> Self {
        let key = |unit: &'m Unit| {
            let cluster = unit.cluster.and_then(|cluster| model.clusters.get(cluster));
            (cluster.map(|cluster| &cluster.directory), &unit.id, unit.directories.as_slice())
        };
        Self(model.units.iter().map(|unit| (key(unit), unit)).collect())
    }

    /// The units that are left out here, and are not the same there.
    fn unlike(&self, other: &Self) -> impl Iterator<Item = UnitId> {
        let left_out = self.0.iter().filter(|(_, unit)| unit.left_out);
        let unlike = left_out.filter(|(key, unit)| !other.0.get(key).is_some_and(|twin| is_twin(unit, twin)));
        unlike.map(|(_, unit)| unit.id.clone())
    }
}

/// Whether a unit that is left out is left out there, too, and asks for the same.
fn is_twin(unit: &Unit, twin: &Unit) -> bool {
    let spec = |unit: &Unit| unit.flux.as_ref().map(|flux| (flux.spec.clone(), flux.id.clone()));
    twin.left_out && unit.directories == twin.directories && unit.declared == twin.declared && spec(unit) == spec(twin)
}

/// The cluster, kind, namespace and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    cluster: Option<RepoPath>,
    kind: SmolStr,
    namespace: Option<SmolStr>,
    name: SmolStr,
}

/// The objects that others read, wherever they stand: data, sources, releases; each with all the contents that it has.
struct Shared<'m>(BTreeMap<Key, Vec<&'m Value>>);

impl<'m> Shared<'m> {
    fn of(model: &'m Model) -> Self {
        let mut shared: BTreeMap<Key, Vec<&'m Value>> = BTreeMap::new();
        for unit in &model.units {
            let cluster =
                unit.cluster.and_then(|cluster| model.clusters.get(cluster)).map(|cluster| &cluster.directory);
            for object in model.objects_of(unit) {
                for key in keys(object, cluster) {
                    shared.entry(key).or_default().push(&object.value);
                }
            }
        }
        Self(shared)
    }
}

/// The names by which others read an object.
fn keys(object: &RenderedObject, cluster: Option<&RepoPath>) -> Vec<Key> {
    let id = &object.id;
    let key = |kind: &str, name: &SmolStr| {
        let (cluster, namespace) = (cluster.cloned(), id.namespace.clone());
        Key { cluster, kind: kind.into(), namespace, name: name.clone() }
    };
    let mut keys: Vec<Key> = produced(id, &object.value).iter().map(|made| key(DATA, &made.name)).collect();
    keys.extend(object.name_before_hash.as_ref().map(|name| key(DATA, name)));
    if flux::helm_release::is_helm_release(id)
        || id.group == flux::group::SOURCE
        || id.group == flux::group::OPERATOR
        || id.group == flux::group::EXTENSIONS
    {
        keys.push(key(&id.kind, &id.name));
    }
    keys
}
